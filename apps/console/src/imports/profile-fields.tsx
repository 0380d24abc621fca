import { Button, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ImportForm, TypedIdentity } from "./form.ts";
import { TextOrFile } from "./text-or-file.tsx";

/** Props of {@link ProfileFields}. */
export interface ProfileFieldsProps {
  readonly form: ImportForm;
  readonly onChange: (change: Partial<ImportForm>) => void;
}

/** A connection profile, and those in whose names the network is asked. */
export function ProfileFields({ form: { profile, identities }, onChange }: ProfileFieldsProps) {
  const { t } = useTranslation();
  const change = (id: number, part: Partial<TypedIdentity>): void =>
    onChange({ identities: identities.map((one) => (one.id === id ? { ...one, ...part } : one)) });
  const next = Math.max(0, ...identities.map(({ id }) => id)) + 1;
  return (
    <Stack>
      <TextOrFile label={t("imports.profileField")} rows={8} value={profile} onChange={(text) => onChange({ profile: text })} />
      {identities.map((identity, index) => (
        <Paper key={identity.id} p="md" component="fieldset" m={0}>
          <Text component="legend" fw={600} size="sm">
            {t("imports.identity", { number: index + 1 })}
          </Text>
          <Stack gap="sm">
            <TextInput
              label={t("imports.mspId")}
              description={t("imports.mspIdHelp")}
              value={identity.mspId}
              onChange={(event) => change(identity.id, { mspId: event.currentTarget.value })}
              autoCapitalize="none"
              autoComplete="off"
              maw={320}
            />
            <TextOrFile
              label={t("imports.certificate")}
              value={identity.certificate}
              onChange={(certificate) => change(identity.id, { certificate })}
            />
            <TextOrFile
              label={t("imports.privateKey")}
              description={t("imports.keyHelp")}
              value={identity.privateKey}
              onChange={(privateKey) => change(identity.id, { privateKey })}
            />
            {identities.length === 1 ? null : (
              <Group>
                <Button
                  variant="default"
                  size="compact-sm"
                  onClick={() => onChange({ identities: identities.filter(({ id }) => id !== identity.id) })}
                >
                  {t("imports.removeIdentity")}
                </Button>
              </Group>
            )}
          </Stack>
        </Paper>
      ))}
      <Group>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange({ identities: [...identities, { id: next, mspId: "", certificate: "", privateKey: "" }] })}
        >
          {t("imports.addIdentity")}
        </Button>
      </Group>
    </Stack>
  );
}
