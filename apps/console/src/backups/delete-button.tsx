import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Backup } from "@heddle/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Problem } from "../ui/problem.tsx";

/** Removes a backup for good, after asking. */
export function DeleteButton({ backup: { id } }: { readonly backup: Backup }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const remove = useMutation({
    mutationFn: () => client.deleteBackup({ params: { backup: id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["backups"] }),
  });
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={open} aria-label={`${t("backups.delete")}: ${id}`}>
        {t("backups.delete")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("backups.deleteTitle", { id })}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Stack>
          <Text size="sm">{t("backups.deleteText")}</Text>
          {remove.isError ? <Problem title={t("backups.delete")} error={remove.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t("backups.delete")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
