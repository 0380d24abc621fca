import { Code, Paper, Stack, Title } from "@mantine/core";
import { formatNetworkFile } from "@heddle/network";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { useMay } from "../session/session.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { DangerZone } from "./danger-zone.tsx";

/** The network's file, and the danger zone. */
export function SettingsSection() {
  const { t } = useTranslation();
  const may = useMay();
  const { network, file } = useNetwork();
  const yaml = useMemo(() => formatNetworkFile(file), [file]);
  return (
    <Stack gap="xl">
      <Section title={t("settings.file")} lead={t("settings.fileHelp")} actions={<CopyButton text={yaml} what={t("settings.file")} />}>
        <Code block tabIndex={0} mah={420} role="region" aria-label={t("settings.file")} style={{ overflow: "auto" }}>
          {yaml}
        </Code>
      </Section>
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
