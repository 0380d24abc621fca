import { Input, Text } from "@mantine/core";
import { importFilePath } from "@heddle/api";
import { useTranslation } from "react-i18next";
import type { ImportForm } from "./form.ts";

/** Props of {@link FolderField}. */
export interface FolderFieldProps {
  readonly files: ImportForm["files"];
  readonly onChange: (files: NonNullable<ImportForm["files"]>) => void;
}

/** A folder of the person's own machine, of which only what an import needs is read. */
export function FolderField({ files, onChange }: FolderFieldProps) {
  const { t } = useTranslation();
  return (
    <Input.Wrapper label={t("imports.folder")} description={t("imports.folderHelp")} required>
      <input
        type="file"
        aria-label={t("imports.folder")}
        multiple
        ref={(input) => input?.setAttribute("webkitdirectory", "")}
        onChange={(event) => void readFiles(event.currentTarget.files).then(onChange)}
        style={{ display: "block", marginTop: 6 }}
      />
      {files === undefined ? null : (
        <Text size="sm" c={files.length === 0 ? "var(--bad)" : "dimmed"} role="status" mt={4}>
          {files.length === 0 ? t("imports.folderEmpty") : t("imports.folderFiles", { count: files.length })}
        </Text>
      )}
    </Input.Wrapper>
  );
}

async function readFiles(list: FileList | null): Promise<NonNullable<ImportForm["files"]>> {
  const wanted = [...(list ?? [])].flatMap((file) => {
    const path = importFilePath(file.webkitRelativePath);
    return path === undefined ? [] : [{ file, path }];
  });
  return Promise.all(wanted.map(async ({ file, path }) => ({ path, content: await file.text() })));
}
