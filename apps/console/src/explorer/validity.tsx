import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../i18n/catalogue.ts";
import { StateMark } from "../ui/state-mark.tsx";

type Code = keyof Catalogue["explorer"]["codes"];

const codes = [
  "VALID",
  "MVCC_READ_CONFLICT",
  "PHANTOM_READ_CONFLICT",
  "ENDORSEMENT_POLICY_FAILURE",
  "BAD_CREATOR_SIGNATURE",
  "BAD_PROPOSAL_TXID",
  "DUPLICATE_TXID",
  "INVALID_CHAINCODE",
  "EXPIRED_CHAINCODE",
  "CHAINCODE_VERSION_CONFLICT",
  "INVALID_WRITESET",
  "INVALID_CONFIG_TRANSACTION",
  "BAD_PAYLOAD",
  "BAD_RWSET",
  "ILLEGAL_WRITESET",
] as const satisfies readonly Code[];

/** The code's name in the catalogue. */
function known(code: string): Code {
  return codes.find((one) => one === code) ?? "UNKNOWN";
}

/** A validation code with its mark; in words, where asked. */
export function Validity({ code, explained = false }: { readonly code: string; readonly explained?: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <Group gap={6} wrap="nowrap" component="span" display="inline-flex">
        <StateMark state={code === "VALID" ? "done" : "failed"} bare />
        <span className="hash">{code}</span>
      </Group>
      {explained ? <Text size="sm">{t(`explorer.codes.${known(code)}`)}</Text> : null}
    </>
  );
}
