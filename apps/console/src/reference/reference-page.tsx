import { Anchor, Badge, Code, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { CodeBlock } from "../ui/code-block.tsx";
import { Page } from "../ui/page.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { describeShape, operationsOf, type ApiOperation } from "./openapi.ts";
import classes from "./reference.module.css";

const ADDRESS = "/api/v1/openapi.json";

/** The API, readable, from the server's own OpenAPI document. */
export function ReferencePage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["openapi"], staleTime: Infinity, queryFn: ({ signal }) => client.openapi({}, { signal }) });
  return (
    <Page
      title={t("reference.title")}
      lead={
        <>
          {t("reference.lead")}{" "}
          <Anchor href={ADDRESS} underline="always">
            {ADDRESS}
          </Anchor>
        </>
      }
    >
      <QueryView query={query}>{(document) => <Operations document={document} />}</QueryView>
    </Page>
  );
}

function Operations({ document }: { readonly document: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter.toLowerCase());
  const all = useMemo(() => operationsOf(document), [document]);
  const shown = all.filter(({ path, summary, method }) => `${method} ${path} ${summary}`.toLowerCase().includes(wanted));
  return (
    <Stack gap="md">
      <TextInput
        type="search"
        leftSection={<IconSearch size={16} />}
        aria-label={t("reference.filter")}
        placeholder={t("reference.filter")}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
        maw={380}
      />
      {shown.map((operation) => (
        <Operation key={operation.id} operation={operation} document={document} />
      ))}
    </Stack>
  );
}

function Operation({ operation, document }: { readonly operation: ApiOperation; readonly document: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Paper component="section" aria-label={`${operation.method} ${operation.path}`} className={classes["operation"]}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={classes["summary"]}>
          <Group gap="sm" wrap="nowrap" align="baseline" component="span" display="flex">
            <span className={classes["method"]} data-method={operation.method}>
              {operation.method}
            </span>
            <span className="hash">{operation.path}</span>
          </Group>
          <Text span size="sm" c="dimmed">
            {operation.summary}
          </Text>
        </summary>
        {open ? (
          <Stack gap="sm" p="md" pt={0}>
            <Text size="sm">
              {t("reference.permission")}: <Code>{operation.permission}</Code>
            </Text>
            {operation.parameters.length === 0 ? null : (
              <div>
                <Title order={2} fz="sm">
                  {t("reference.parameters")}
                </Title>
                <ul className={classes["parameters"]}>
                  {operation.parameters.map(({ name, where, required, description, type }) => (
                    <li key={`${where} ${name}`}>
                      <Code>{name}</Code>{" "}
                      <Badge variant="default" size="xs" tt="none">
                        {where}
                      </Badge>{" "}
                      {type}
                      {required ? ` · ${t("reference.required")}` : ""} {description === undefined ? "" : `· ${description}`}
                    </li>
                  ))}
                </ul>
              </div>
            )}
            {operation.body === undefined ? null : <CodeBlock label={t("reference.body")} text={describeShape(operation.body, document)} />}
            {operation.answer === undefined ? null : (
              <CodeBlock label={t("reference.answer")} text={describeShape(operation.answer, document)} />
            )}
            {operation.stream ? <Text size="sm">{t("reference.stream")}</Text> : null}
            <Text size="sm">
              {t("reference.errors")}: <span className="hash">{operation.errors.join(", ")}</span>
            </Text>
          </Stack>
        ) : null}
      </details>
    </Paper>
  );
}
