import { Button, Loader, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { networksQuery, queryClient } from "../api/queries.ts";
import { Logo } from "../shell/logo.tsx";
import { Problem } from "../ui/problem.tsx";
import { sessionQuery } from "./session.ts";
import classes from "./login.module.css";

/** A link that leads nowhere special leads to the network, where there is one only: the one that was just made. */
async function openOnlyNetwork(): Promise<void> {
  if (location.pathname !== "/") return;
  const [network, ...others] = await queryClient.fetchQuery(networksQuery);
  if (network !== undefined && others.length === 0) history.replaceState(null, "", `/networks/${network.name}`);
}

interface LoginProps {
  readonly code: string | undefined;
  readonly onCodeUsed: () => void;
}

/** Login by the one-time link that was followed, or by name and password. */
export default function Login({ code, onCodeUsed }: LoginProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  useDocumentTitle(t("common.page", { title: t("session.loginTitle") }));
  const login = useMutation({
    mutationFn: () => client.login({ body: { account, password } }),
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
  });
  const link = useMutation({
    async mutationFn(value: string) {
      const session = await client.loginByLink({ body: { code: value } });
      await openOnlyNetwork();
      return session;
    },
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
    onError: () => queries.setQueryData(sessionQuery.queryKey, null),
    onSettled: onCodeUsed,
  });
  const { mutate, status } = link;
  useEffect(() => {
    if (code !== undefined && status === "idle") mutate(code);
  }, [code, status, mutate]);

  return (
    <main className={classes["screen"]} id="content">
      <Stack className={classes["column"]} gap="lg">
        <Logo size={40} />
        <div>
          <Title order={1}>{t("session.loginTitle")}</Title>
          <Text c="dimmed" mt={4}>
            {t("session.loginLead")}
          </Text>
        </div>
        {link.isPending ? (
          <Text role="status">
            <Loader size="xs" mr="xs" />
            {t("session.byLink")}
          </Text>
        ) : null}
        {link.isError ? <Problem title={t("session.linkFailed")} error={link.error} /> : null}
        <Paper p="lg">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              login.mutate();
            }}
          >
            <Stack>
              <TextInput
                label={t("session.account")}
                name="account"
                autoComplete="username"
                autoCapitalize="none"
                required
                value={account}
                onChange={(event) => setAccount(event.currentTarget.value)}
              />
              <PasswordInput
                label={t("session.password")}
                name="password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              {login.isError ? <Problem title={t("session.loginTitle")} error={login.error} /> : null}
              <Button type="submit" size="md" loading={login.isPending} disabled={account === "" || password === ""}>
                {t("session.login")}
              </Button>
            </Stack>
          </form>
        </Paper>
        <Text size="sm" c="dimmed">
          {t("session.linkNext")}
        </Text>
      </Stack>
    </main>
  );
}
