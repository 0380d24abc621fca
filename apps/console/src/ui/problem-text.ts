import i18next from "i18next";
import type { Problem } from "@heddle/network";

/** The rules of the network file in Chinese; the exact finding follows in the words of the server. */
const chinese: Readonly<Record<string, string>> = {
  missing: "缺少此项",
  unknown_key: "网络文件没有这个字段",
  unknown_value: "不是允许的值",
  wrong_type: "类型不对",
  too_small: "太小或太少",
  too_large: "太大或太多",
  bad_value: "格式不对",
  one_of: "必须且只能指定其中一个",
  duplicate: "重复使用",
  reserved: "此名称为系统保留",
  unknown_reference: "引用的对象不存在",
  role: "与角色不符",
  version: "与 Fabric 版本不符",
  runtime: "与运行位置不符",
  bad_policy: "策略写法不对",
  not_supported: "此版本尚不支持",
};

/** What is wrong, in the console's language, and what would be right. */
export function problemText({ rule, message, suggestion }: Problem): string {
  const hint = suggestion === undefined ? "" : ` (${suggestion})`;
  const translated = i18next.language === "zh" ? chinese[rule ?? ""] : undefined;
  return translated === undefined ? `${message}${hint}` : `${translated}：${message}${hint}`;
}
