import { Button, Select, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { useNetwork } from "../network/use-network.ts";
import { Problem } from "../ui/problem.tsx";
import { useOperation } from "../ui/use-operation.ts";

/** Issues an identity for a user of an organisation. */
export function IssueForm() {
  const { t } = useTranslation();
  const { network, file } = useNetwork();
  const names = file.spec.organizations.map(({ name }) => name);
  const [organization, setOrganization] = useState(names[0] ?? "");
  const [user, setUser] = useState("");
  const [attributes, setAttributes] = useState<readonly string[]>([]);
  const issue = useOperation(() =>
    client.issueIdentity({
      params: { name: network.name },
      body: { organization, user, ...(attributes.length === 0 ? {} : { attributes: toRecord(attributes) }) },
    }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        issue.mutate();
      }}
    >
      <Stack maw={460} mt="md">
        <Text size="sm" c="dimmed">
          {t("identities.issueHelp")}
        </Text>
        <Select
          label={t("identities.organization")}
          data={names}
          value={organization}
          allowDeselect={false}
          onChange={(value) => setOrganization(value ?? "")}
        />
        <TextInput
          label={t("identities.user")}
          description={t("identities.userHelp")}
          required
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          autoCapitalize="none"
        />
        <TagsInput
          label={t("identities.attributes")}
          description={t("identities.attributesHelp")}
          value={[...attributes]}
          onChange={setAttributes}
        />
        {issue.isError ? <Problem title={t("identities.issue")} error={issue.error} /> : null}
        <Button type="submit" w="fit-content" loading={issue.isPending} disabled={user === "" || network.operation !== undefined}>
          {t("identities.issue")}
        </Button>
      </Stack>
    </form>
  );
}

/** name=value, as a record; what has no = is a name with an empty value. */
export function toRecord(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf("=");
      return cut < 0 ? [pair, ""] : [pair.slice(0, cut).trim(), pair.slice(cut + 1).trim()];
    }),
  );
}
