import { Button, Checkbox, Group, Stack } from "@mantine/core";
import type { NetworkFile } from "@heddle/network";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Section } from "../network/section.tsx";
import { Problem } from "../ui/problem.tsx";
import { useOperation } from "../ui/use-operation.ts";

/** Changes the ordering from Raft to BFT; nothing where that is not possible. */
export function Ordering({ name, file, busy }: { readonly name: string; readonly file: NetworkFile; readonly busy: boolean }) {
  const { t } = useTranslation();
  const { ordering, channels, runtime } = file.spec;
  const [understood, setUnderstood] = useState(false);
  const migrate = useOperation(() => client.migrateOrdering({ params: { name }, body: { type: "bft" } }));
  const count = ordering.consenters.length;
  const capable = channels.every((channel) => channel.capabilities.channel === "V3_0");
  if (runtime !== "native" || ordering.type !== "raft" || count < 4 || count % 3 !== 1 || !capable) return null;
  return (
    <Section title={t("settings.ordering")} lead={t("settings.orderingHelp", { count, failing: (count - 1) / 3 })}>
      <Stack gap="md">
        <Checkbox
          label={t("settings.orderingUnderstood")}
          checked={understood}
          onChange={(event) => setUnderstood(event.currentTarget.checked)}
        />
        <Group>
          <Button disabled={busy || !understood} loading={migrate.isPending} onClick={() => migrate.mutate()}>
            {t("settings.orderingChange")}
          </Button>
        </Group>
        {migrate.isError ? <Problem title={t("settings.orderingChange")} error={migrate.error} /> : null}
      </Stack>
    </Section>
  );
}
