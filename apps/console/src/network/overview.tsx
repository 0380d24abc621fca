import { Alert, Button, Paper, Stack, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { nodesQuery } from "../api/queries.ts";
import { ProofCard } from "../proof/proof-card.tsx";
import { useMay } from "../session/session.ts";
import { topologyOf } from "../topology/model.ts";
import { Topology } from "../topology/topology.tsx";
import { Problem } from "../ui/problem.tsx";
import { Section } from "./section.tsx";
import { useNetwork } from "./use-network.ts";

/** What the network is made of and how it is, and the last proof that it works. */
export function Overview() {
  const { t } = useTranslation();
  const { network, file } = useNetwork();
  const nodes = useQuery(nodesQuery(network.name));
  const topology = useMemo(() => topologyOf(file, new Map(nodes.data?.map(({ name, state }) => [name, state]))), [file, nodes.data]);
  return (
    <Stack gap="xl">
      {network.runtime === "imported" ? (
        <Alert color="gray" variant="light" icon={<IconInfoCircle />}>
          {t("imports.markText")}
        </Alert>
      ) : null}
      <Section title={t("network.topology")}>
        <Topology topology={topology} />
        {nodes.error === null ? null : <Problem error={nodes.error} onRetry={() => void nodes.refetch()} />}
      </Section>
      {network.proof === undefined ? (
        <Paper p="md">
          <Text c="dimmed">{t("proof.none")}</Text>
        </Paper>
      ) : (
        <ProofCard proof={network.proof} network={network.name} />
      )}
      <ProveAgain name={network.name} busy={network.operation !== undefined} />
    </Stack>
  );
}

function ProveAgain({ name, busy }: { readonly name: string; readonly busy: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const prove = useMutation({
    mutationFn: () => client.proveNetwork({ params: { name } }),
    onSuccess: ({ operation }) => navigate({ to: `/operations/${operation.id}` }),
  });
  if (!may("networks.write")) return null;
  return (
    <div>
      <Button variant="default" disabled={busy} loading={prove.isPending} onClick={() => prove.mutate()}>
        {t("proof.again")}
      </Button>
      {prove.isError ? <Problem title={t("proof.again")} error={prove.error} /> : null}
    </div>
  );
}
