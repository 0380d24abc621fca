/** Titles of steps come from the server in English; these are they in Chinese, by their pattern. */
const chinese: readonly (readonly [RegExp, string])[] = [
  [/^Find ports and a place$/, "寻找端口和位置"],
  [/^Make the organisations' identities$/, "生成各组织的身份"],
  [/^Make the channels' first blocks$/, "生成各通道的创世区块"],
  [/^Make the genesis block of (.+)$/, "生成 $1 的创世区块"],
  [/^Remove channel (.+) from every node$/, "从每个节点移除通道 $1"],
  [/^(.+) gets the blocks of channel (.+)$/, "$1 获取通道 $2 的区块"],
  [/^(.+) takes over (.+) on (.+)$/, "$1 在 $3 上接管 $2"],
  [/^Change the settings of channel (.+)$/, "更改通道 $1 的设置"],
  [/^Set the batch size of channel (.+)$/, "设置通道 $1 的批次大小"],
  [/^Start the nodes$/, "启动节点"],
  [/^Note the last block of every channel on every peer$/, "记录每个 peer 上每个通道的最后一个区块"],
  [/^Copy what the nodes keep, while they do not run$/, "在节点停止期间复制其保存的数据"],
  [/^Write the backup's manifest, with a digest of every file$/, "写入备份清单，包含每个文件的摘要"],
  [/^Compare the backup's files with their digests$/, "将备份文件与其摘要比对"],
  [/^Decide the order: orderers first, the leader last of them, then peers$/, "确定顺序：先排序节点，其中领导者最后，然后是 peer"],
  [/^Upgrade node (.+) of (.+)$/, "升级节点 $1/$2"],
  [/^Give channel (.+) the capabilities of version 3$/, "为通道 $1 启用版本 3 的能力"],
  [/^Take the place and the ports it had$/, "取回原有的位置和端口"],
  [/^Unseal the organisations' identities$/, "解封各组织的身份"],
  [/^Copy back what the nodes kept$/, "复制回节点保存的数据"],
  [/^Compare block hashes and commit hashes on every peer$/, "在每个 peer 上比对区块哈希和提交哈希"],
  [/^(.+) approves (.+) at its new address$/, "$1 批准位于新地址的 $2"],
  [/^(.+) joins its channels$/, "$1 加入其通道"],
  [/^Package chaincode (.+)$/, "打包链码 $1"],
  [/^Start chaincode (.+)$/, "启动链码 $1"],
  [/^Install (.+) on (.+)$/, "在 $2 上安装 $1"],
  [/^(.+) approves (.+)$/, "$1 批准 $2"],
  [/^Commit the definition of (.+)$/, "提交 $1 的定义"],
  [/^Note the deployment of (.+)$/, "记录 $1 的部署"],
  [/^Commit a transaction on every peer$/, "在每个 peer 上提交一笔交易"],
  [/^Decide version and sequence of (.+)$/, "确定 $1 的版本和序号"],
  [/^See that all processes run$/, "确认所有进程都在运行"],
  [/^(.+) issues an identity for (.+)$/, "$1 为 $2 签发身份"],
  [/^(.+) writes (.+) into its revocation list$/, "$1 把 $2 写入其吊销列表"],
  [/^The list goes into channel (.+)$/, "把吊销列表写入通道 $1"],
  [/^Take channel (.+) back to block (.+)$/, "把通道 $1 恢复到区块 $2"],
  [/^Compare the deployed chaincodes with the channel$/, "将已部署的链码与通道比对"],
  [/^List all that exists$/, "列出现有的一切"],
  [/^End processes, remove files and ports$/, "结束进程，移除文件和端口"],
  [/^Destroy the keys$/, "销毁密钥"],
  [/^Remove what was kept for it$/, "移除为它保存的内容"],
  [/^Look whether anything is left$/, "检查是否有残留"],
];

/** A step's title in a language; English where there is no other. */
export function titleIn(language: string, title: string): string {
  if (!language.startsWith("zh")) return title;
  const found = chinese.find(([pattern]) => pattern.test(title));
  return found === undefined ? title : title.replace(found[0], found[1]);
}
