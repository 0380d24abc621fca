import { Kbd, Paper, Stack, Table, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { healthQuery } from "../api/queries.ts";
import { Ago } from "../ui/ago.tsx";
import { Page } from "../ui/page.tsx";
import { QueryView } from "../ui/query-view.tsx";

/** What runs here, and the keys of the keyboard. */
export function AboutPage() {
  const { t } = useTranslation();
  const health = useQuery(healthQuery);
  return (
    <Page title={t("about.title")} lead={t("about.lead")}>
      <QueryView query={health}>
        {({ version, store, startedAt, pid }) => (
          <Paper p="md">
            <Table variant="vertical">
              <Table.Tbody>
                <Row name={t("about.version")}>{version}</Row>
                <Row name={t("about.store")}>{store}</Row>
                <Row name={t("about.started")}>
                  <Ago at={startedAt} />
                </Row>
                <Row name={t("about.pid")}>{pid}</Row>
                <Row name={t("about.licence")}>Apache-2.0</Row>
              </Table.Tbody>
            </Table>
          </Paper>
        )}
      </QueryView>
      <Stack gap="xs">
        <Title order={2}>{t("about.shortcuts")}</Title>
        <Table withRowBorders={false}>
          <Table.Tbody>
            <Key keys="/">{t("about.shortcutSearch")}</Key>
            <Key keys="g">{t("about.shortcutHome")}</Key>
            <Key keys="n">{t("about.shortcutNew")}</Key>
          </Table.Tbody>
        </Table>
      </Stack>
    </Page>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={200}>{name}</Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function Key({ keys, children }: { readonly keys: string; readonly children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Td w={60}>
        <Kbd>{keys}</Kbd>
      </Table.Td>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}
