import { Paper, Stack, Title } from "@mantine/core";
import { formatNetworkFile } from "@heddle/network";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { NetworkBackups } from "../backups/network-backups.tsx";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { useMay } from "../session/session.ts";
import { CodeBlock } from "../ui/code-block.tsx";
import { ChangeFile } from "./change-file.tsx";
import { DangerZone } from "./danger-zone.tsx";
import { Ordering } from "./ordering.tsx";
import { Upgrade } from "./upgrade.tsx";

/** The network's file, to read or to change, and the danger zone. */
export function SettingsSection() {
  const { t } = useTranslation();
  const may = useMay();
  const { network, file } = useNetwork();
  // What would change an imported network is refused, so it is not offered.
  const changeable = may("networks.write") && network.runtime !== "imported";
  const yaml = useMemo(() => formatNetworkFile(file), [file]);
  return (
    <Stack gap="xl">
      {changeable ? (
        <Section title={t("settings.change")} lead={t("settings.changeHelp")}>
          <ChangeFile key={yaml} name={network.name} file={file} busy={network.operation !== undefined} />
        </Section>
      ) : (
        <Section title={t("settings.file")} lead={t("settings.fileHelp")}>
          <CodeBlock label={`${network.name}.yaml`} text={yaml} />
        </Section>
      )}
      {changeable ? <Upgrade name={network.name} file={file} busy={network.operation !== undefined} /> : null}
      {changeable ? <Ordering name={network.name} file={file} busy={network.operation !== undefined} /> : null}
      {network.runtime === "imported" ? null : <NetworkBackups />}
      {may("networks.delete") ? (
        <Paper p="lg" style={{ borderColor: "var(--bad)" }} component="section" aria-labelledby="danger">
          <Title order={2} id="danger" fz="1.15rem">
            {t("settings.danger")}
          </Title>
          <DangerZone name={network.name} />
        </Paper>
      ) : null}
    </Stack>
  );
}
