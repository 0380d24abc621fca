import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./value-view.module.css";

/** Bytes, as the API gives them. */
export interface Bytes {
  readonly base64: string;
  readonly text?: string | undefined;
}

/** Props of {@link ValueView}. */
export interface ValueViewProps {
  readonly value: Bytes;
  /** What the value is, for those who hear it. */
  readonly label: string;
}

/** JSON with its lines, else text, else base64. */
export function ValueView({ value, label }: ValueViewProps) {
  const { t } = useTranslation();
  if (value.base64 === "") {
    return (
      <Text size="sm" c="dimmed">
        {t("tryIt.empty")}
      </Text>
    );
  }
  const text = value.text === undefined ? value.base64 : prettyJson(value.text);
  const long = text.includes("\n") || text.length > 90;
  return long ? (
    <pre className={classes["block"]} tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  ) : (
    <code className={classes["line"]}>{text}</code>
  );
}

/** JSON with its lines; what is not JSON, or is a plain scalar, stays as it is. */
export function prettyJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
