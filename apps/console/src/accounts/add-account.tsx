import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import type { Role } from "@heddle/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Problem } from "../ui/problem.tsx";
import { accountsQuery } from "./queries.ts";
import { RoleSelect } from "./role-select.tsx";

/** Adds an account. */
export function AddAccount() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [password, setPassword] = useState("");
  const add = useMutation({
    mutationFn: () => client.createAccount({ body: { name, role, ...(password === "" ? {} : { password }) } }),
    async onSuccess() {
      setName("");
      setPassword("");
      await queries.invalidateQueries({ queryKey: accountsQuery.queryKey });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Stack maw={420} mt="md">
        <TextInput
          label={t("session.name")}
          description={t("session.nameHelp")}
          required
          autoComplete="off"
          autoCapitalize="none"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <RoleSelect role={role} label={t("session.role")} onChange={setRole} described />
        <PasswordInput
          label={t("session.passwordOptional")}
          description={t("session.passwordOptionalHelp")}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {add.isError ? <Problem title={t("session.addAccount")} error={add.error} /> : null}
        <Button type="submit" w="fit-content" loading={add.isPending} disabled={name === ""}>
          {t("session.addAccount")}
        </Button>
      </Stack>
    </form>
  );
}
