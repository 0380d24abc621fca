import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Problem } from "../ui/problem.tsx";
import { useOperation } from "../ui/use-operation.ts";

/** Revokes a user's certificate, after asking. */
export function RevokeButton({
  network,
  organization,
  user,
}: {
  readonly network: string;
  readonly organization: string;
  readonly user: string;
}) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const revoke = useOperation(() => client.revokeIdentity({ params: { name: network, organization, user } }));
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={open} aria-label={`${t("identities.revoke")}: ${user}@${organization}`}>
        {t("identities.revoke")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("identities.revokeTitle", { user })}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Stack>
          <Text size="sm">{t("identities.revokeText", { user, organization })}</Text>
          {revoke.isError ? <Problem title={t("identities.revoke")} error={revoke.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button color="red.9" loading={revoke.isPending} onClick={() => revoke.mutate()}>
              {t("identities.revoke")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
