import { Group, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import type { StateEntry } from "@heddle/api";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNetwork } from "../network/use-network.ts";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { ValueView } from "../ui/value-view.tsx";
import { KeyHistory } from "./key-history.tsx";
import { showKey } from "./keys.ts";
import { stateQuery, type ChannelKey } from "./queries.ts";

/** Keys and values of a chaincode as of any block; with a key, its history. */
export function StatePage() {
  const { t } = useTranslation();
  const { file } = useNetwork();
  const params = useParams({ from: "/networks/$name/explorer/$channel" });
  const search = useSearch({ from: "/networks/$name/explorer/$channel/state" });
  const navigate = useNavigate();
  const names = [
    ...new Set([
      ...file.spec.chaincodes.filter(({ channel }) => channel === params.channel).map(({ name }) => name),
      "_lifecycle",
      ...(search.chaincode === undefined ? [] : [search.chaincode]),
    ]),
  ];
  const chaincode = search.chaincode ?? names[0] ?? "_lifecycle";
  const go = (next: { chaincode?: string; key?: string }): void =>
    void navigate({ to: "/networks/$name/explorer/$channel/state", params, search: next });
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t("explorer.stateLead")}
      </Text>
      <Select
        label={t("explorer.namespace")}
        data={names}
        value={chaincode}
        allowDeselect={false}
        maw={320}
        onChange={(value) => go({ chaincode: value ?? chaincode })}
      />
      {search.key === undefined ? (
        <StateTable key={chaincode} channel={params} chaincode={chaincode} />
      ) : (
        <KeyHistory channel={params} chaincode={chaincode} itsKey={search.key} onBack={() => go({ chaincode })} />
      )}
    </Stack>
  );
}

function StateTable({ channel, chaincode }: { readonly channel: ChannelKey; readonly chaincode: string }) {
  const { t } = useTranslation();
  const [prefix, setPrefix] = useState("");
  const [at, setAt] = useState<number>();
  const [wanted] = useDebouncedValue(prefix, 200);
  const query = useInfiniteQuery(stateQuery(channel, { chaincode, prefix: wanted, ...(at === undefined ? {} : { at }) }));
  const columns = useColumns(channel, chaincode);
  return (
    <>
      <Group align="flex-end">
        <TextInput
          label={t("explorer.prefix")}
          value={prefix}
          onChange={(event) => setPrefix(event.currentTarget.value)}
          spellCheck={false}
        />
        <NumberInput
          label={t("explorer.at")}
          placeholder={t("explorer.latest")}
          min={0}
          allowDecimal={false}
          value={at ?? ""}
          onChange={(value) => setAt(typeof value === "number" ? value : undefined)}
        />
      </Group>
      <QueryView query={query}>
        {(data) => (
          <>
            <DataTable
              label={t("explorer.state")}
              rows={data.pages.flatMap(({ entries }) => entries)}
              columns={columns}
              rowKey={({ key }) => key}
              empty={t("explorer.stateEmpty")}
            />
            <LoadMore query={query} />
          </>
        )}
      </QueryView>
    </>
  );
}

function useColumns(params: ChannelKey, chaincode: string): readonly Column<StateEntry>[] {
  const { t } = useTranslation();
  const { name, channel } = params;
  return useMemo(
    (): readonly Column<StateEntry>[] => [
      {
        id: "key",
        header: t("explorer.key"),
        width: "30%",
        cell: ({ key }) => (
          <Link
            className="hash"
            title={t("explorer.history")}
            to="/networks/$name/explorer/$channel/state"
            params={{ name, channel }}
            search={{ chaincode, key }}
          >
            {showKey(key)}
          </Link>
        ),
      },
      {
        id: "value",
        header: t("explorer.value"),
        cell: ({ key, value }) => <ValueView value={value} label={`${t("explorer.value")} ${showKey(key)}`} />,
      },
      {
        id: "changed",
        header: t("explorer.changedIn"),
        width: "9rem",
        align: "end",
        cell: ({ block, transaction }) => (
          <Link className="link" to="/networks/$name/explorer/$channel/transactions/$transaction" params={{ name, channel, transaction }}>
            {t("explorer.block", { number: block })}
          </Link>
        ),
      },
    ],
    [t, name, channel, chaincode],
  );
}
