import { List, Paper, Stack, Text, TextInput } from "@mantine/core";
import type { Consequence } from "@heddle/api";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rehearsalQuery } from "../api/queries.ts";
import { QueryView } from "../ui/query-view.tsx";

/** What stops working on a day if nothing is renewed. */
export function Rehearsal({ network, first }: { readonly network: string; readonly first: string }) {
  const { t } = useTranslation();
  const [day, setDay] = useState(dayAfter(first));
  return (
    <Paper p="md">
      <details>
        <summary>{t("certificates.rehearse")}</summary>
        <Stack mt="md">
          <Text size="sm" c="dimmed">
            {t("certificates.rehearseHelp")}
          </Text>
          <TextInput
            type="date"
            label={t("certificates.day")}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
            maw={200}
          />
          {/^\d{4}-\d{2}-\d{2}$/.test(day) ? <Consequences network={network} at={`${day}T23:59:59.000Z`} /> : null}
        </Stack>
      </details>
    </Paper>
  );
}

function Consequences({ network, at }: { readonly network: string; readonly at: string }) {
  const { t } = useTranslation();
  const text = ({ code, organization, name, orderers }: Consequence): string =>
    t(`certificates.stops.${code}`, {
      organization,
      name,
      reachable: orderers?.reachable ?? 0,
      needed: orderers?.needed ?? 0,
      all: orderers?.all ?? 0,
    });
  return (
    <QueryView query={useQuery(rehearsalQuery(network, at))}>
      {({ consequences }) =>
        consequences.length === 0 ? (
          <Text size="sm">{t("certificates.nothingStops")}</Text>
        ) : (
          <List size="sm" spacing={4}>
            {consequences.map((one) => (
              <List.Item key={`${one.code}/${one.organization}/${one.name}`} style={{ overflowWrap: "anywhere" }}>
                {text(one)}
              </List.Item>
            ))}
          </List>
        )
      }
    </QueryView>
  );
}

/** The day after a time, ISO 8601. */
function dayAfter(time: string): string {
  return new Date(new Date(time).getTime() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
