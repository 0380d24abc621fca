import { Button, Checkbox, Group, Select, Stack } from "@mantine/core";
import type { NetworkFile } from "@heddle/network";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Section } from "../network/section.tsx";
import { Problem } from "../ui/problem.tsx";
import { useOperation } from "../ui/use-operation.ts";

type Version = NetworkFile["spec"]["fabricVersion"];
const VERSIONS: readonly Version[] = ["2.5", "3.0", "3.1"];

/** Upgrades a network to a later version of Fabric, and its channels to what that version can do; nothing where there is neither. */
export function Upgrade({ name, file, busy }: { readonly name: string; readonly file: NetworkFile; readonly busy: boolean }) {
  const { t } = useTranslation();
  const { fabricVersion, channels } = file.spec;
  const capable = channels.every((channel) => channel.capabilities.channel === "V3_0");
  const later = VERSIONS.slice(VERSIONS.indexOf(fabricVersion));
  const [version, setVersion] = useState<Version>(later.at(-1) ?? fabricVersion);
  const [capabilities, setCapabilities] = useState(false);
  const upgrade = useOperation(() => client.upgradeNetwork({ params: { name }, body: { fabricVersion: version, capabilities } }));
  if (later.length === 1 && capable) return null;
  return (
    <Section title={t("settings.upgrade")} lead={t("settings.upgradeHelp", { version: fabricVersion })}>
      <Stack gap="md">
        <Group align="flex-end">
          <Select
            label={t("settings.upgradeTo")}
            data={later}
            value={version}
            allowDeselect={false}
            onChange={(value) => setVersion(later.find((one) => one === value) ?? fabricVersion)}
          />
          <Button
            disabled={busy || (version === fabricVersion && !capabilities)}
            loading={upgrade.isPending}
            onClick={() => upgrade.mutate()}
          >
            {t("settings.upgrade")}
          </Button>
        </Group>
        {capable || version === "2.5" ? null : (
          <Checkbox
            label={t("settings.capabilities")}
            description={t("settings.capabilitiesHelp")}
            checked={capabilities}
            onChange={(event) => setCapabilities(event.currentTarget.checked)}
          />
        )}
        {upgrade.isError ? <Problem title={t("settings.upgrade")} error={upgrade.error} /> : null}
      </Stack>
    </Section>
  );
}
