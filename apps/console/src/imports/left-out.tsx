import { Code, List, Stack, Text } from "@mantine/core";
import type { ImportView } from "@heddle/api";
import { useTranslation } from "react-i18next";

/** Channels that an import leaves out and why, and what could not be found out. */
export function LeftOut({ skipped, notes }: Pick<ImportView, "skipped" | "notes">) {
  const { t } = useTranslation();
  return (
    <>
      {skipped.length === 0 ? null : (
        <div>
          <Text fw={600} size="sm">
            {t("imports.skipped")}
          </Text>
          <List size="sm">
            {skipped.map(({ channel, code, reason, next }) => (
              <List.Item key={channel}>
                <Stack gap={2}>
                  <span>
                    <b>{channel}</b>: <span lang="en">{reason}</span> <Code>{code}</Code>
                  </span>
                  <Text size="sm" c="dimmed" lang="en">
                    {next}
                  </Text>
                </Stack>
              </List.Item>
            ))}
          </List>
        </div>
      )}
      {notes.length === 0 ? null : (
        <div>
          <Text fw={600} size="sm">
            {t("imports.notes")}
          </Text>
          <List size="sm">
            {notes.map((note) => (
              <List.Item key={note} lang="en">
                {note}
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </>
  );
}
