import { Anchor, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import type { OperationDetail } from "@heddle/api";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Bundle } from "../connect/bundle.tsx";
import { LeftOut } from "../imports/left-out.tsx";
import { ProofCard } from "../proof/proof-card.tsx";
import { ReceiptCard, RemovedTable } from "../proof/receipt-card.tsx";
import { useMay } from "../session/session.ts";
import { Facts } from "../ui/facts.tsx";
import { formatBytes, formatSeconds } from "../ui/format.ts";
import { resultsOf, type Results } from "./results.ts";

/** What an operation made known at its end: what became of it, a proof, a receipt, or nothing. */
export function Outcome({ operation }: { readonly operation: OperationDetail }) {
  const { network } = operation;
  const { receipt, proof, deployed, identity, backup, reset, imported, removed } = resultsOf(operation);
  return (
    <>
      {receipt === undefined ? null : <ReceiptCard receipt={receipt} />}
      {network === undefined || deployed === undefined ? null : <DeployedCard network={network} deployed={deployed} />}
      {network === undefined || identity === undefined ? null : <IdentityCard network={network} identity={identity} />}
      {network === undefined || backup === undefined ? null : <BackupCard network={network} backup={backup} />}
      {network === undefined || reset === undefined ? null : <ResetCard network={network} reset={reset} />}
      {network === undefined || imported === undefined ? null : <ImportedCard network={network} imported={imported} />}
      {removed === undefined ? null : <RemovedCard removed={removed} />}
      {proof === undefined ? null : <ProofCard proof={proof} network={network} fresh />}
    </>
  );
}

interface CardProps {
  readonly title: string;
  readonly children: React.ReactNode;
}

function Card({ title, children }: CardProps) {
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section" aria-label={title}>
      <Stack gap="md">
        <Title order={2}>{title}</Title>
        {children}
      </Stack>
    </Paper>
  );
}

function RemovedCard({ removed }: { readonly removed: NonNullable<Results["removed"]> }) {
  const { t } = useTranslation();
  return (
    <Card title={t("receipt.removed")}>
      <RemovedTable removed={removed} />
    </Card>
  );
}

interface ImportedProps {
  readonly network: string;
  readonly imported: NonNullable<Results["imported"]>;
}

function ImportedCard({ network, imported: { skipped, notes } }: ImportedProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("imports.imported")}>
      <Text size="sm">{t("imports.importedText")}</Text>
      <LeftOut skipped={[...skipped]} notes={[...notes]} />
      <Group>
        <Button component={Link} to={`/networks/${network}`}>
          {network}
        </Button>
      </Group>
    </Card>
  );
}

interface DeployedProps {
  readonly network: string;
  readonly deployed: NonNullable<Results["deployed"]>;
}

function DeployedCard({ network, deployed: { name, channel, version, sequence } }: DeployedProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("outcome.deployed", { name })}>
      <Facts
        facts={[
          [t("network.version"), version],
          [t("network.sequence"), sequence],
          [t("proof.channel"), channel],
        ]}
      />
      <Group>
        <Button component={Link} to={`/networks/${network}/try?chaincode=${name}&channel=${channel}`} variant="default">
          {t("network.sections.try")}
        </Button>
      </Group>
    </Card>
  );
}

interface IdentityProps {
  readonly network: string;
  readonly identity: NonNullable<Results["identity"]>;
}

function IdentityCard({ network, identity: { organization, user, revoked } }: IdentityProps) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Card title={t(revoked ? "outcome.revoked" : "outcome.issued", { user, organization })}>
      <Text size="sm">{t(revoked ? "outcome.revokedText" : "outcome.issuedText", { user, organization })}</Text>
      {!revoked && may("identities.export") ? <Bundle network={network} organization={organization} user={user} /> : null}
      <Group>
        <Anchor component={Link} to={`/networks/${network}/try?organization=${organization}&user=${user}`} size="sm">
          {t("outcome.tryAs", { user })}
        </Anchor>
        <Anchor component={Link} to={`/networks/${network}/identities`} size="sm">
          {t("identities.title")}
        </Anchor>
      </Group>
    </Card>
  );
}

interface BackupProps {
  readonly network: string;
  readonly backup: NonNullable<Results["backup"]>;
}

function BackupCard({ network, backup }: BackupProps) {
  const { t } = useTranslation();
  if ("restored" in backup)
    return (
      <Card title={t("outcome.restored", { network, backup: backup.restored })}>
        <Text size="sm">{t("outcome.restoredText", { count: backup.compared })}</Text>
      </Card>
    );
  return (
    <Card title={t("outcome.backedUp", { backup: backup.made })}>
      <Text size="sm">{t("outcome.backedUpText", { size: formatBytes(backup.bytes), seconds: formatSeconds(backup.paused) })}</Text>
      <Anchor component={Link} to="/backups" size="sm">
        {t("backups.title")}
      </Anchor>
    </Card>
  );
}

interface ResetProps {
  readonly network: string;
  readonly reset: NonNullable<Results["reset"]>;
}

function ResetCard({ network, reset: { channel, block, gone, withoutCode } }: ResetProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("outcome.reset", { channel, block })}>
      <Text size="sm">{t("outcome.resetText")}</Text>
      {gone.length + withoutCode.length === 0 ? null : (
        <List size="sm">
          {gone.map((name) => (
            <List.Item key={name}>{t("outcome.gone", { name })}</List.Item>
          ))}
          {withoutCode.map((name) => (
            <List.Item key={name}>
              {t("outcome.withoutCode", { name })}{" "}
              <Anchor component={Link} to={`/networks/${network}/deploy?chaincode=${name}&channel=${channel}`} size="sm">
                {t("network.deploy")}
              </Anchor>
            </List.Item>
          ))}
        </List>
      )}
      <Anchor component={Link} to={`/networks/${network}/explorer/${channel}`} size="sm">
        {t("network.openExplorer")}
      </Anchor>
    </Card>
  );
}
