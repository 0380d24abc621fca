import { Button, NumberInput, SegmentedControl, Input, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import type { NetworkOrganization } from "@heddle/network";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { addOrganization, removeOrganization, renameOrganization, replaceAt, resize, setRole, withSpec } from "../draft.ts";
import { useForm } from "../fields.tsx";
import classes from "../wizard-page.module.css";
import { Part } from "./part.tsx";

/** Organisations with their peers and users. */
export function OrganizationsStep() {
  const { t } = useTranslation();
  const { file, change, errorAt } = useForm();
  const { organizations } = file.spec;
  return (
    <Stack gap="md">
      <Text c="dimmed">{t("wizard.organizationsLead")}</Text>
      {organizations.map((organization, index) => (
        <OrganizationPart key={index} organization={organization} index={index} />
      ))}
      {errorAt("spec.organizations") === undefined ? null : <Text c="var(--bad)">{errorAt("spec.organizations")}</Text>}
      <div>
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => change(addOrganization(file))}>
          {t("wizard.addOrganization")}
        </Button>
      </div>
    </Stack>
  );
}

function OrganizationPart({ organization, index }: { readonly organization: NetworkOrganization; readonly index: number }) {
  const { t } = useTranslation();
  const { file, change, errorAt } = useForm();
  const path = `spec.organizations[${index}]`;
  const patch = (part: Partial<NetworkOrganization>): void =>
    change(withSpec(file, { organizations: replaceAt(file.spec.organizations, index, (one) => ({ ...one, ...part })) }));
  const wrong = ["mspId", "domain", "users"].some((field) => errorAt(`${path}.${field}`) !== undefined);
  return (
    <Part
      title={t("wizard.organization", { number: index + 1 })}
      onRemove={file.spec.organizations.length > 1 ? () => change(removeOrganization(file, index)) : undefined}
    >
      <div className={classes["pair"]}>
        <TextInput
          label={t("wizard.orgName")}
          description={t("wizard.orgNameHelp")}
          value={organization.name}
          error={errorAt(`${path}.name`)}
          onChange={(event) => change(renameOrganization(file, index, event.currentTarget.value))}
        />
        <NumberInput
          label={t("wizard.peers")}
          description={t("wizard.peersHelp")}
          min={1}
          max={10}
          allowDecimal={false}
          value={organization.peers.length}
          error={errorAt(`${path}.peers`)}
          onChange={(value) => patch({ peers: resize(organization.peers, "peer", Math.min(Number(value) || 1, 10)) })}
        />
      </div>
      <Input.Wrapper label={t("wizard.role")} description={t("wizard.roleHelp")} error={errorAt(`${path}.role`)} labelElement="div">
        <SegmentedControl
          mt={6}
          size="xs"
          aria-label={t("wizard.role")}
          value={organization.role}
          onChange={(role) => change(setRole(file, index, role === "observer" ? "observer" : "member"))}
          data={(["member", "observer"] as const).map((value) => ({ value, label: t(`wizard.roles.${value}`) }))}
        />
      </Input.Wrapper>
      <details open={wrong || undefined}>
        <summary>{t("wizard.more")}</summary>
        <Stack gap="md" mt="sm">
          <div className={classes["pair"]}>
            <TextInput
              label={t("wizard.mspId")}
              description={t("wizard.mspIdHelp")}
              value={organization.mspId}
              error={errorAt(`${path}.mspId`)}
              onChange={(event) => patch({ mspId: event.currentTarget.value })}
            />
            <TextInput
              label={t("wizard.domain")}
              description={t("wizard.domainHelp")}
              value={organization.domain}
              error={errorAt(`${path}.domain`)}
              onChange={(event) => patch({ domain: event.currentTarget.value })}
            />
          </div>
          <TagsInput
            label={t("wizard.users")}
            description={t("wizard.usersHelp")}
            value={organization.users}
            error={errorAt(`${path}.users`) ?? organization.users.map((_user, at) => errorAt(`${path}.users[${at}]`)).find(Boolean)}
            onChange={(users) => patch({ users })}
          />
        </Stack>
      </details>
    </Part>
  );
}
