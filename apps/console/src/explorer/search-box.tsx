import { Group, Loader, Paper, Text, TextInput } from "@mantine/core";
import type { SearchHit } from "@heddle/api";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../ui/problem.tsx";
import classes from "./explorer.module.css";
import { searchQuery } from "./queries.ts";

/** One field for all that can be looked for in a channel. */
export function SearchBox({ network, channel }: { readonly network: string; readonly channel: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const query = useQuery({ ...searchQuery(network, channel, wanted), enabled: wanted !== "", placeholderData: keepPreviousData });
  return (
    <div>
      <TextInput
        type="search"
        aria-label={t("explorer.search")}
        placeholder={t("explorer.search")}
        leftSection={<IconSearch size={16} />}
        rightSection={query.isFetching ? <Loader size="xs" aria-label={t("explorer.searching")} /> : null}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        spellCheck={false}
      />
      {wanted === "" ? null : (
        <Paper p="sm" mt="xs" aria-live="polite">
          {query.error === null ? null : <Problem error={query.error} />}
          {query.data === undefined ? null : <Hits hits={query.data} network={network} onChosen={() => setText("")} />}
        </Paper>
      )}
    </div>
  );
}

interface HitsProps {
  readonly hits: readonly SearchHit[];
  readonly network: string;
  readonly onChosen: () => void;
}

function Hits({ hits, network, onChosen }: HitsProps) {
  const { t } = useTranslation();
  if (hits.length === 0) return <Text size="sm">{t("explorer.noHits")}</Text>;
  return (
    <>
      <Text size="xs" c="dimmed">
        {t("explorer.hits", { count: hits.length })}
      </Text>
      <ul className={classes["hits"]}>
        {hits.map((hit, index) => (
          <li key={index} className={classes["hit"]}>
            <Text size="xs" c="dimmed" miw={76}>
              {t(`explorer.hitKinds.${hit.kind}`)}
            </Text>
            <Group gap="xs" flex={1} miw={0}>
              <HitLink hit={hit} network={network} onChosen={onChosen} />
              <span className={classes["detail"]}>{hit.detail}</span>
            </Group>
          </li>
        ))}
      </ul>
    </>
  );
}

function HitLink({ hit, network: name, onChosen }: { readonly hit: SearchHit; readonly network: string; readonly onChosen: () => void }) {
  const { channel, title, transaction, block, key, namespace, kind } = hit;
  const common = { className: "hash", onClick: onChosen };
  if ((kind === "key" || kind === "value") && key !== undefined && namespace !== undefined) {
    return (
      <Link {...common} to="/networks/$name/explorer/$channel/state" params={{ name, channel }} search={{ chaincode: namespace, key }}>
        {title}
      </Link>
    );
  }
  if (kind === "chaincode" && namespace !== undefined) {
    return (
      <Link {...common} to="/networks/$name/explorer/$channel/state" params={{ name, channel }} search={{ chaincode: namespace }}>
        {title}
      </Link>
    );
  }
  if (transaction !== undefined) {
    return (
      <Link {...common} to="/networks/$name/explorer/$channel/transactions/$transaction" params={{ name, channel, transaction }}>
        {title}
      </Link>
    );
  }
  if (block !== undefined) {
    return (
      <Link {...common} to="/networks/$name/explorer/$channel/blocks/$block" params={{ name, channel, block: String(block) }}>
        {title}
      </Link>
    );
  }
  return <span className="hash">{title}</span>;
}
