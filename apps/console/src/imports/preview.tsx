import { Paper, Stack, Title } from "@mantine/core";
import type { ImportView } from "@heddle/api";
import type { NetworkFile } from "@heddle/network";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { topologyOf } from "../topology/model.ts";
import { Topology } from "../topology/topology.tsx";
import { Facts } from "../ui/facts.tsx";
import { LeftOut } from "./left-out.tsx";

/** What a network is, as its own nodes tell, before it is imported. */
export function Preview({ view }: { readonly view: ImportView }) {
  const { t } = useTranslation();
  const topology = useMemo(() => topologyOf(view.spec as NetworkFile), [view.spec]);
  const list = (texts: readonly string[]): string => (texts.length === 0 ? t("imports.none") : texts.join(", "));
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section" aria-label={t("imports.seen")}>
      <Stack>
        <Title order={2} fz="1.15rem">
          {t("imports.seen")}
        </Title>
        <Topology topology={topology} height={320} />
        <Facts
          facts={[
            [t("imports.chaincodes"), list(view.chaincodes.map(({ name, version, channel }) => `${name} ${version} (${channel})`))],
            [
              t("imports.identities"),
              list(view.identities.map(({ user, mspId, admin }) => `${user}@${mspId}${admin ? ` (${t("imports.administrator")})` : ""}`)),
            ],
          ]}
        />
        <LeftOut skipped={view.skipped} notes={view.notes} />
      </Stack>
    </Paper>
  );
}
