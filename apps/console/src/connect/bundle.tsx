import { Button, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { download } from "../ui/download.ts";
import { Problem } from "../ui/problem.tsx";
import { createTar } from "../ui/tar.ts";

/** Downloads the identity bundle of one user. */
export function Bundle({
  network,
  organization,
  user,
  compact = false,
}: {
  readonly network: string;
  readonly organization: string;
  readonly user: string;
  readonly compact?: boolean;
}) {
  const { t } = useTranslation();
  const save = useMutation({
    mutationFn: () => client.exportNetwork({ params: { name: network }, body: { organization, user } }),
    onSuccess: ({ files }) => download(`${network}-${organization}-${user}.tar`, createTar(files), "application/x-tar"),
  });
  return (
    <>
      <Group gap="sm">
        <Button
          variant="default"
          size={compact ? "compact-sm" : "sm"}
          leftSection={<IconDownload size={16} />}
          loading={save.isPending}
          onClick={() => save.mutate()}
          aria-label={compact ? `${t("identities.download")}: ${user}@${organization}` : undefined}
        >
          {t(compact ? "identities.download" : "connect.bundle")}
        </Button>
        {compact ? null : (
          <Text size="xs" c="dimmed">
            {t("connect.bundleHelp")}
          </Text>
        )}
      </Group>
      {save.isError ? <Problem title={t("connect.bundle")} error={save.error} /> : null}
    </>
  );
}
