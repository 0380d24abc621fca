import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Problem } from "../ui/problem.tsx";
import { sessionQuery } from "./session.ts";

/** Props of {@link PasswordForm}. */
export interface PasswordFormProps {
  readonly hasPassword: boolean;
  readonly onDone: () => void;
  readonly onLater?: () => void;
}

/** Chooses one's own password. */
export function PasswordForm({ hasPassword, onDone, onLater }: PasswordFormProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const change = useMutation({
    mutationFn: () => client.changePassword({ body: { next, ...(hasPassword ? { current } : {}) } }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      onDone();
    },
  });
  const differ = again !== "" && again !== next;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Stack>
        {hasPassword ? (
          <PasswordInput
            label={t("session.current")}
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        ) : null}
        <PasswordInput
          label={t("session.next")}
          description={t("session.nextHelp")}
          autoComplete="new-password"
          required
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("session.again")}
          autoComplete="new-password"
          required
          value={again}
          error={differ ? t("session.differ") : undefined}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        {change.isError ? <Problem title={t("session.set")} error={change.error} /> : null}
        <Group>
          <Button type="submit" loading={change.isPending} disabled={next.length < 12 || next !== again}>
            {t("session.set")}
          </Button>
          {onLater === undefined ? null : (
            <Button variant="default" onClick={onLater}>
              {t("session.later")}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
