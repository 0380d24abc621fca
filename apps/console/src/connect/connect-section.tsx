import { Group, Paper, Select, Stack, Tabs, Title } from "@mantine/core";
import type { Connect } from "@heddle/api";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { useMay } from "../session/session.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Facts } from "../ui/facts.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { CodeBlock } from "../ui/code-block.tsx";
import { Bundle } from "./bundle.tsx";

/** Code and settings by which an application reaches the network as one user. */
export function ConnectSection() {
  const { t } = useTranslation();
  const { network, file } = useNetwork();
  const may = useMay();
  const { organizations, channels, chaincodes } = file.spec;
  const [organization, setOrganization] = useState(organizations[0]?.name ?? "");
  const users = organizations.find(({ name }) => name === organization)?.users ?? [];
  const [wanted, setUser] = useState("");
  const user = users.includes(wanted) ? wanted : (users[0] ?? "Admin");
  const [channel, setChannel] = useState(channels[0]?.name ?? "");
  const onChannel = chaincodes.filter((one) => one.channel === channel).map(({ name }) => name);
  const [wantedChaincode, setChaincode] = useState("");
  const chaincode = onChannel.includes(wantedChaincode) ? wantedChaincode : onChannel[0];
  const choice = { organization, user, ...(channel === "" ? {} : { channel }), ...(chaincode === undefined ? {} : { chaincode }) };
  const query = useQuery({
    queryKey: ["network", network.name, "connect", choice],
    queryFn: ({ signal }) => client.connect({ params: { name: network.name }, query: choice }, { signal }),
  });
  return (
    <Section title={t("connect.title")} lead={t("connect.lead")}>
      <Group align="flex-end">
        <Select
          label={t("connect.organization")}
          data={organizations.map(({ name }) => name)}
          value={organization}
          allowDeselect={false}
          onChange={(value) => setOrganization(value ?? "")}
        />
        <Select
          label={t("connect.user")}
          data={[...users, "Admin"]}
          value={user}
          allowDeselect={false}
          onChange={(value) => setUser(value ?? "")}
        />
        <Select
          label={t("connect.channel")}
          data={channels.map(({ name }) => name)}
          value={channel}
          allowDeselect={false}
          onChange={(value) => setChannel(value ?? "")}
        />
        {onChannel.length === 0 ? null : (
          <Select
            label={t("connect.chaincode")}
            data={onChannel}
            value={chaincode ?? null}
            allowDeselect={false}
            onChange={(value) => setChaincode(value ?? "")}
          />
        )}
      </Group>
      {may("identities.export") ? <Bundle network={network.name} organization={organization} user={user} /> : null}
      <QueryView query={query}>{(data) => <Snippets data={data} />}</QueryView>
    </Section>
  );
}

function Snippets({ data }: { readonly data: Connect }) {
  const { t } = useTranslation();
  const first = data.snippets[0]?.language ?? "nodejs";
  return (
    <Stack gap="md">
      <Paper p="md">
        <Facts
          facts={[
            [t("connect.address"), <Copied key="address" text={data.address} what={t("connect.address")} />],
            [t("connect.hostname"), <Copied key="hostname" text={data.hostname} what={t("connect.hostname")} />],
            [t("connect.mspId"), <Copied key="msp" text={data.mspId} what={t("connect.mspId")} />],
          ]}
        />
      </Paper>
      <Tabs defaultValue={first} keepMounted={false}>
        <Tabs.List>
          {data.snippets.map(({ language }) => (
            <Tabs.Tab key={language} value={language}>
              {t(`connect.languages.${language}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {data.snippets.map(({ language, title, setup, files }) => (
          <Tabs.Panel key={language} value={language} pt="md">
            <Stack gap="md">
              <Title order={3} fz="sm">
                {title}
              </Title>
              {setup.length === 0 ? null : <CodeBlock label={t("connect.setup")} text={setup.join("\n")} />}
              {files.map(({ path, content }) => (
                <CodeBlock key={path} label={path} text={content} />
              ))}
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function Copied({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <span className="hash">
      {text} <CopyButton text={text} what={what} />
    </span>
  );
}
