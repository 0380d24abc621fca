import { Alert, Paper } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PasswordForm } from "../session/password-form.tsx";
import { sessionQuery } from "../session/session.ts";
import { Page } from "../ui/page.tsx";

/** One's own password. */
export function PasswordPage() {
  const { t } = useTranslation();
  const { data } = useQuery(sessionQuery);
  const [done, setDone] = useState(0);
  return (
    <Page title={t("session.changePassword")}>
      {done === 0 ? null : (
        <Alert color="teal" role="status">
          {t("session.changed")}
        </Alert>
      )}
      <Paper p="lg" maw={460}>
        <PasswordForm key={done} hasPassword={data?.hasPassword ?? false} onDone={() => setDone(done + 1)} />
      </Paper>
    </Page>
  );
}
