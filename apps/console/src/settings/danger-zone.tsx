import { Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Problem } from "../ui/problem.tsx";

/** Deletes the network, once its name was typed; the receipt is at the end of the operation. */
export function DangerZone({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => client.deleteNetwork({ params: { name } }),
    onSuccess: ({ operation }) => navigate({ to: `/operations/${operation.id}` }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === name) remove.mutate();
      }}
    >
      <Stack gap="sm" mt="sm">
        <div>
          <Title order={3} fz="sm">
            {t("settings.deleteTitle")}
          </Title>
          <Text size="sm" c="dimmed" maw="44rem">
            {t("settings.deleteText")}
          </Text>
        </div>
        <Group align="flex-end">
          <TextInput
            label={t("settings.deleteLabel", { name })}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" color="red.9" disabled={typed !== name} loading={remove.isPending}>
            {t("settings.delete")}
          </Button>
        </Group>
        {remove.isError ? <Problem title={t("settings.delete")} error={remove.error} /> : null}
      </Stack>
    </form>
  );
}
