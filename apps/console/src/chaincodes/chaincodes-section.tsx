import { Button, Group, List, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { Chaincode, Definition } from "@heddle/api";
import { IconPlus, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { chaincodesQuery, definitionsQuery } from "../api/queries.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { useMay } from "../session/session.ts";
import { Ago } from "../ui/ago.tsx";
import { Empty } from "../ui/empty.tsx";
import { Facts } from "../ui/facts.tsx";
import { Hash } from "../ui/hash.tsx";
import { Problem } from "../ui/problem.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { StateMark } from "../ui/state-mark.tsx";
import { useOperation } from "../ui/use-operation.ts";

/** Chaincodes with their definitions, who agrees to them, and their next version. */
export function ChaincodesSection() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const may = useMay();
  const query = useQuery(chaincodesQuery(network.name));
  const definitions = useQuery(definitionsQuery(network.name));
  const deploy = may("chaincodes.deploy") ? (
    <Button component={Link} to={`/networks/${network.name}/deploy`} leftSection={<IconPlus size={16} />}>
      {t("network.deploy")}
    </Button>
  ) : undefined;
  return (
    <Section
      title={t("network.sections.chaincodes")}
      lead={t("network.chaincodesLead")}
      actions={query.data?.length === 0 ? undefined : deploy}
    >
      {definitions.error === null ? null : <Problem error={definitions.error} onRetry={() => void definitions.refetch()} />}
      <QueryView query={query}>
        {(chaincodes) =>
          chaincodes.length === 0 ? (
            <Empty title={t("network.chaincodesEmpty")} text={t("network.deployLead")} order={3}>
              {deploy}
            </Empty>
          ) : (
            <Stack gap="md">
              {chaincodes.map((one) => (
                <ChaincodeCard
                  key={`${one.channel}/${one.name}`}
                  chaincode={one}
                  pending={definitions.isPending}
                  definition={definitions.data?.find(({ name, channel }) => name === one.name && channel === one.channel)}
                />
              ))}
            </Stack>
          )
        }
      </QueryView>
    </Section>
  );
}

interface ChaincodeCardProps {
  readonly chaincode: Chaincode;
  readonly definition: Definition | undefined;
  /** The peers were not heard yet. */
  readonly pending: boolean;
}

function ChaincodeCard({ chaincode, definition, pending }: ChaincodeCardProps) {
  const { t } = useTranslation();
  const { name, channel } = chaincode;
  return (
    <Paper p="md" component="section" aria-label={`${name} (${channel})`}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={3} fz="md">
              {name}
            </Title>
            <Text size="sm" c="dimmed">
              {t("explorer.channel")} {channel}
            </Text>
          </div>
          <Actions chaincode={chaincode} />
        </Group>
        <Facts
          facts={[
            [t("network.version"), definition?.version ?? chaincode.version],
            [t("network.sequence"), definition?.sequence ?? chaincode.sequence],
            [t("network.endorsement"), definition?.endorsementPolicy],
            [t("network.deployed"), <Ago key="at" at={chaincode.deployedAt} />],
            [t("network.packageId"), <Hash key="package" value={chaincode.packageId} what={t("network.packageId")} ends={12} />],
            [t("network.installedOn"), definition?.installedOn.map(({ peer }) => peer).join(", ")],
          ]}
        />
        {definition === undefined ? pending ? <Skeleton height={60} /> : null : <Approvals approvals={definition.approvals} />}
      </Stack>
    </Paper>
  );
}

function Approvals({ approvals }: { readonly approvals: Definition["approvals"] }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="xs" c="dimmed">
        {t("network.approvals")}
      </Text>
      <List listStyleType="none" size="sm">
        {approvals.map(({ organization, mspId, approved }) => (
          <List.Item key={mspId} icon={<StateMark state={approved ? "done" : "pending"} bare />}>
            {t(approved ? "network.approved" : "network.notApproved", { organization })}
          </List.Item>
        ))}
      </List>
    </div>
  );
}

function Actions({ chaincode: { name, channel, version } }: { readonly chaincode: Chaincode }) {
  const { t } = useTranslation();
  const may = useMay();
  const { network } = useNetwork();
  const redeploy = useOperation(() => client.redeployChaincode({ params: { name: network.name, chaincode: name }, body: { channel } }));
  const busy = network.operation !== undefined;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        <Button component={Link} to={`/networks/${network.name}/try?chaincode=${name}&channel=${channel}`} variant="default" size="xs">
          {t("network.sections.try")}
        </Button>
        {may("chaincodes.deploy") ? (
          <>
            <Button
              component={Link}
              to={`/networks/${network.name}/deploy?chaincode=${name}&channel=${channel}&version=${version}`}
              variant="default"
              size="xs"
            >
              {t("network.upgrade")}
            </Button>
            <Button
              size="xs"
              leftSection={<IconRefresh size={14} />}
              title={t("network.redeployHelp")}
              disabled={busy}
              loading={redeploy.isPending}
              onClick={() => redeploy.mutate()}
            >
              {t("network.redeploy")}
            </Button>
          </>
        ) : null}
      </Group>
      {redeploy.isError ? <Problem title={t("network.redeploy")} error={redeploy.error} /> : null}
    </Stack>
  );
}
