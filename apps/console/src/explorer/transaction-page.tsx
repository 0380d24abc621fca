import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { TransactionDetail } from "@heddle/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../ui/copy-button.tsx";
import { Facts } from "../ui/facts.tsx";
import { formatBytes, formatTime } from "../ui/format.ts";
import { QueryView } from "../ui/query-view.tsx";
import { StateMark } from "../ui/state-mark.tsx";
import { ValueView } from "../ui/value-view.tsx";
import classes from "./explorer.module.css";
import { transactionQuery } from "./queries.ts";
import { ReadWriteSets } from "./read-write-sets.tsx";
import { Validity } from "./validity.tsx";

/** One transaction: who, what, with whose signatures, what it read and wrote, and whether it counted. */
export function TransactionPage() {
  const { t } = useTranslation();
  const params = useParams({ from: "/networks/$name/explorer/$channel/transactions/$transaction" });
  const query = useQuery(transactionQuery(params));
  return (
    <Stack gap="md">
      <div>
        <Title order={3}>{t("explorer.transaction")}</Title>
        <span className="hash">
          {params.transaction} <CopyButton text={params.transaction} what={t("explorer.id")} />
        </span>
      </div>
      <QueryView query={query}>{(data) => <Content network={params.name} transaction={data} />}</QueryView>
    </Stack>
  );
}

function Content({ network: name, transaction }: { readonly network: string; readonly transaction: TransactionDetail }) {
  const { t } = useTranslation();
  const { channel, block, creator } = transaction;
  return (
    <>
      <Paper p="md">
        <Stack gap="md">
          <div>
            <Validity code={transaction.code} explained />
          </div>
          <Facts
            facts={[
              [
                t("explorer.blockWord"),
                <Link
                  key="block"
                  className="link"
                  to="/networks/$name/explorer/$channel/blocks/$block"
                  params={{ name, channel, block: String(block) }}
                >
                  {block}
                </Link>,
              ],
              [t("explorer.time"), transaction.at === undefined ? undefined : formatTime(transaction.at)],
              [t("explorer.kind"), t(`explorer.kinds.${transaction.kind}`)],
              [t("explorer.chaincode"), transaction.chaincode],
              [t("explorer.function"), transaction.function],
              [t("explorer.creator"), creator === undefined ? undefined : `${creator.name} · ${creator.mspId}`],
              [
                t("explorer.endorsers"),
                transaction.endorsers.length === 0 ? undefined : <Endorsers key="endorsers" endorsers={transaction.endorsers} />,
              ],
              [t("explorer.size"), formatBytes(transaction.envelopeBytes)],
            ]}
          />
        </Stack>
      </Paper>
      {transaction.arguments.length === 0 ? null : (
        <Card title={t("explorer.arguments")}>
          <ol className={classes["rows"]}>
            {transaction.arguments.map((argument, index) => (
              <li key={index}>
                <ValueView value={argument} label={`${t("explorer.arguments")} ${index + 1}`} />
              </li>
            ))}
          </ol>
        </Card>
      )}
      {transaction.response === undefined ? null : (
        <Card title={`${t("explorer.response")} ${transaction.response.status}`}>
          {transaction.response.message === "" ? null : <Text size="sm">{transaction.response.message}</Text>}
          <ValueView value={transaction.response.payload} label={t("explorer.response")} />
        </Card>
      )}
      {transaction.event === undefined ? null : (
        <Card title={t("explorer.event", { name: transaction.event.name })}>
          <ValueView value={transaction.event.payload} label={t("explorer.event", { name: transaction.event.name })} />
        </Card>
      )}
      <Card title={t("explorer.sets")}>
        <ReadWriteSets network={name} channel={channel} sets={transaction.sets} />
      </Card>
    </>
  );
}

function Endorsers({ endorsers }: { readonly endorsers: TransactionDetail["endorsers"] }) {
  const { t } = useTranslation();
  return (
    <>
      {endorsers.map(({ mspId, name, valid }) => (
        <Group key={`${mspId}/${name}`} gap={6} wrap="nowrap">
          <StateMark state={valid ? "done" : "failed"} bare />
          <span>
            {name} · {mspId}
            {valid ? "" : ` (${t("explorer.endorserInvalid")})`}
          </span>
        </Group>
      ))}
    </>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Title order={4} fz="sm" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
