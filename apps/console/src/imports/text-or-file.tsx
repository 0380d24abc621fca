import { Button, FileButton, Group, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Props of {@link TextOrFile}. */
export interface TextOrFileProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly value: string;
  readonly rows?: number | undefined;
  readonly onChange: (text: string) => void;
}

/** A text to paste, or to read from a file. */
export function TextOrFile({ label, description, value, rows = 4, onChange }: TextOrFileProps) {
  const { t } = useTranslation();
  return (
    <div>
      <Textarea
        label={label}
        description={description}
        required
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        minRows={rows}
        maxRows={12}
        autosize
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8rem" } }}
      />
      <Group mt={4}>
        <FileButton onChange={(file) => void file?.text().then(onChange)}>
          {(props) => (
            <Button {...props} variant="subtle" size="compact-xs" aria-label={`${t("imports.upload")}: ${label}`}>
              {t("imports.upload")}
            </Button>
          )}
        </FileButton>
      </Group>
    </div>
  );
}
