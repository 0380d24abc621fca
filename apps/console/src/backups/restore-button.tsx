import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Backup } from "@heddle/api";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Problem } from "../ui/problem.tsx";
import { useOperation } from "../ui/use-operation.ts";

/** Restores a backup: under its own name, or, of an embedded network, under another. */
export function RestoreButton({ backup: { id, network, runtime } }: { readonly backup: Backup }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const [name, setName] = useState(network);
  const restore = useOperation(() => client.restoreBackup({ params: { backup: id }, body: { name } }));
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={open} aria-label={`${t("backups.restore")}: ${id}`}>
        {t("backups.restore")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("backups.restoreTitle", { id })}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            restore.mutate();
          }}
        >
          <Stack>
            <Text size="sm">{t("backups.restoreText")}</Text>
            <TextInput
              label={t("backups.name")}
              description={t(runtime === "embedded" ? "backups.nameHelp" : "backups.nameFixed")}
              value={name}
              readOnly={runtime !== "embedded"}
              onChange={(event) => setName(event.currentTarget.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              required
            />
            {restore.isError ? <Problem title={t("backups.restore")} error={restore.error} /> : null}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t("common.cancel")}
              </Button>
              <Button type="submit" loading={restore.isPending}>
                {t("backups.restore")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
