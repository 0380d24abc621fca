import { Button, Text } from "@mantine/core";
import type { Backup } from "@heddle/api";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Problem } from "../ui/problem.tsx";
import { StateMark } from "../ui/state-mark.tsx";

/** Has the server compare a backup's files with their digests, and says how that ended. */
export function VerifyButton({ backup: { id } }: { readonly backup: Backup }) {
  const { t } = useTranslation();
  const verify = useMutation({ mutationFn: () => client.verifyBackup({ params: { backup: id } }) });
  if (verify.isError) return <Problem title={t("backups.verify")} error={verify.error} />;
  if (verify.isSuccess)
    return (
      <Text size="sm" component="span" role="status">
        <StateMark state="done" bare /> {t("backups.verified", { count: verify.data.backup.files })}
      </Text>
    );
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={verify.isPending}
      onClick={() => verify.mutate()}
      aria-label={`${t("backups.verify")}: ${id}`}
    >
      {t("backups.verify")}
    </Button>
  );
}
