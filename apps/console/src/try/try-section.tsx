import { Group, Select, Stack } from "@mantine/core";
import type { Chaincode } from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { chaincodesQuery, metadataQuery } from "../api/queries.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { Empty } from "../ui/empty.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { Problem } from "../ui/problem.tsx";
import { Functions } from "./functions.tsx";
import { IdentitySelects, useIdentity } from "./identity.tsx";

/** Calls a chaincode as an identity whose key stays on the server. */
export function TrySection() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const query = useQuery(chaincodesQuery(network.name));
  return (
    <Section title={t("tryIt.title")} lead={t("tryIt.lead")}>
      <QueryView query={query}>
        {(chaincodes) => (chaincodes.length === 0 ? <Empty title={t("tryIt.none")} order={3} /> : <Caller chaincodes={chaincodes} />)}
      </QueryView>
    </Section>
  );
}

function Caller({ chaincodes }: { readonly chaincodes: readonly Chaincode[] }) {
  const { network } = useNetwork();
  const search = useSearch({ from: "/networks/$name/try" });
  const chosen =
    chaincodes.find(({ name, channel }) => name === search.chaincode && channel === (search.channel ?? channel)) ?? chaincodes[0];
  const identity = useIdentity(chosen?.channel, search);
  const metadata = useQuery({
    ...metadataQuery(network.name, chosen?.name ?? "", chosen?.channel ?? ""),
    enabled: chosen !== undefined,
  });
  if (chosen === undefined) return null;
  const undescribed = isHeddleError(metadata.error, "OPERATION_NO_METADATA");
  return (
    <Stack gap="md">
      <Group align="flex-end">
        <ChaincodeSelect chaincodes={chaincodes} chosen={chosen} network={network.name} />
        <IdentitySelects identity={identity} />
      </Group>
      {metadata.error === null || undescribed ? null : <Problem error={metadata.error} onRetry={() => void metadata.refetch()} />}
      <Functions
        key={`${chosen.channel}/${chosen.name}`}
        target={{
          network: network.name,
          chaincode: chosen.name,
          channel: chosen.channel,
          organization: identity.organization,
          user: identity.user,
        }}
        metadata={metadata.data}
        undescribed={undescribed}
      />
    </Stack>
  );
}

interface ChaincodeSelectProps {
  readonly chaincodes: readonly Chaincode[];
  readonly chosen: Chaincode;
  readonly network: string;
}

function ChaincodeSelect({ chaincodes, chosen, network }: ChaincodeSelectProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Select
      label={t("tryIt.chaincode")}
      data={chaincodes.map(({ name, channel }) => ({ value: `${channel}/${name}`, label: `${name} (${channel})` }))}
      value={`${chosen.channel}/${chosen.name}`}
      allowDeselect={false}
      onChange={(value) => {
        const [channel = "", chaincode = ""] = (value ?? "").split("/");
        void navigate({ to: "/networks/$name/try", params: { name: network }, search: { chaincode, channel } });
      }}
    />
  );
}
