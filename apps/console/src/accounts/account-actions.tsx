import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { formatTime } from "../ui/format.ts";
import { Problem } from "../ui/problem.tsx";
import { accountsQuery } from "./queries.ts";

/** A login link for an account, and its end. */
export function AccountActions({ account }: { readonly account: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const link = useMutation({ mutationFn: () => client.createLoginLink({ params: { account } }) });
  const remove = useMutation({
    mutationFn: () => client.deleteAccount({ params: { account } }),
    async onSuccess() {
      close();
      await queries.invalidateQueries({ queryKey: accountsQuery.queryKey });
    },
  });
  return (
    <Group gap="xs" justify="flex-end">
      <Button
        variant="default"
        size="compact-sm"
        loading={link.isPending}
        onClick={() => link.mutate()}
        aria-label={`${t("session.makeLink")}: ${account}`}
      >
        {t("session.makeLink")}
      </Button>
      <Button variant="default" size="compact-sm" onClick={open} aria-label={`${t("common.remove")}: ${account}`}>
        {t("common.remove")}
      </Button>
      <Modal
        opened={link.data !== undefined || link.isError}
        onClose={link.reset}
        title={t("session.makeLink")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {link.isError ? <Problem title={t("session.makeLink")} error={link.error} /> : null}
        {link.data === undefined ? null : <LoginLink account={account} path={link.data.path} expiresAt={link.data.expiresAt} />}
      </Modal>
      <Modal opened={opened} onClose={close} title={t("session.deleteAccount")} closeButtonProps={{ "aria-label": t("common.close") }}>
        <Stack>
          <Text size="sm">{t("session.deleteAccountText", { account })}</Text>
          {remove.isError ? <Problem title={t("session.deleteAccount")} error={remove.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t("session.deleteAccount")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}

function LoginLink({ account, path, expiresAt }: { readonly account: string; readonly path: string; readonly expiresAt: string }) {
  const { t } = useTranslation();
  const address = new URL(path, location.origin).href;
  return (
    <Stack>
      <Text size="sm">{t("session.linkMade", { account, when: formatTime(expiresAt) })}</Text>
      <Group wrap="nowrap">
        <span className="hash">{address}</span>
        <CopyButton text={address} what={t("session.makeLink")} />
      </Group>
    </Stack>
  );
}
