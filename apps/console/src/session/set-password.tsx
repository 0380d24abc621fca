import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "../ui/page.tsx";
import classes from "./login.module.css";
import { PasswordForm } from "./password-form.tsx";

/** After a login by link: a password to come back with, or later. */
export default function SetPassword({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <main className={classes["screen"]} id="content">
      <Stack className={classes["column"]}>
        <Page title={t("session.setTitle")} lead={t("session.setLead")}>
          <PasswordForm hasPassword={false} onDone={onDone} onLater={onDone} />
        </Page>
      </Stack>
    </main>
  );
}
