import { Alert, Anchor, Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconAlertTriangle, IconProgress } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import type { NetworkDetail } from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import { useTranslation } from "react-i18next";
import { ImportedMark } from "../imports/imported-mark.tsx";
import { networkQuery, operationsQuery } from "../api/queries.ts";
import { ExpiryNotice } from "../certificates/expiry-notice.tsx";
import { useMay } from "../session/session.ts";
import { NotFound } from "../shell/not-found.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { StateMark } from "../ui/state-mark.tsx";
import classes from "./network-layout.module.css";
import { sectionsFor } from "./sections.ts";

/** A network's page: its name and state, its sections, and the one that is open. */
export function NetworkLayout() {
  const { t } = useTranslation();
  const { name } = useParams({ from: "/networks/$name" });
  const query = useQuery(networkQuery(name));
  useDocumentTitle(t("common.page", { title: name }));
  if (isHeddleError(query.error, "STORE_NETWORK_NOT_FOUND")) return <NotFound />;
  return (
    <>
      <Group gap="sm" mb="lg">
        <Title order={1}>{name}</Title>
        {query.data === undefined ? null : (
          <>
            <StateMark state={query.data.state} />
            <ImportedMark runtime={query.data.runtime} />
          </>
        )}
      </Group>
      <div className={classes["grid"]}>
        <Sections name={name} />
        <div className={classes["content"]}>
          <QueryView query={query}>
            {(network) => (
              <>
                <Notice network={network} />
                <ExpiryNotice network={network.name} />
                <Outlet />
              </>
            )}
          </QueryView>
        </div>
      </div>
    </>
  );
}

function Sections({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <nav aria-label={t("common.sections")} className={classes["nav"]}>
      {sectionsFor(may).map(({ id, sections }) => (
        <div key={id ?? "first"} className={classes["group"]}>
          {id === undefined ? null : (
            <Text size="xs" c="dimmed" fw={600} className={classes["title"]}>
              {t(`network.groups.${id}`)}
            </Text>
          )}
          {sections.map((section) => (
            <Link
              key={section.id}
              to={section.to}
              params={{ name }}
              activeOptions={{ exact: section.to === "/networks/$name" }}
              className={classes["link"]}
            >
              {t(`network.sections.${section.id}`)}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}

/** What is going on with the network, where it is not simply ready. */
function Notice({ network }: { readonly network: NetworkDetail }) {
  const { t } = useTranslation();
  const failed = network.state === "failed";
  const { data: operations } = useQuery({ ...operationsQuery(network.name), enabled: failed });
  if (network.operation !== undefined) {
    return (
      <Alert icon={<IconProgress />} color="blue" mb="md" role="status">
        {t("network.busy")}{" "}
        <Anchor component={Link} to={`/operations/${network.operation}`} inherit>
          {t("network.watch")}
        </Anchor>
      </Alert>
    );
  }
  if (!failed) return null;
  const last = operations?.find(({ state }) => state === "failed");
  return (
    <Alert icon={<IconAlertTriangle />} color="red" mb="md">
      {t("network.failed")}{" "}
      {last === undefined ? null : (
        <Anchor component={Link} to={`/operations/${last.id}`} inherit>
          {t("network.seeWhy")}
        </Anchor>
      )}
    </Alert>
  );
}
