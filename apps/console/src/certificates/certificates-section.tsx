import { Alert, Checkbox, Group, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { certificatesQuery } from "../api/queries.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { useMay } from "../session/session.ts";
import { Empty } from "../ui/empty.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { CertificateTable } from "./certificate-table.tsx";
import { isDue } from "./due.ts";
import { Rehearsal } from "./rehearsal.tsx";
import { RenewButton } from "./renew-button.tsx";

/** The calendar of a network's certificates; renew, rehearse. */
export function CertificatesSection() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const may = useMay();
  const query = useQuery(certificatesQuery(network.name));
  const [filter, setFilter] = useState("");
  const [only, setOnly] = useState(false);
  const wanted = useDeferredValue(filter.toLowerCase());
  const all = query.data?.certificates ?? [];
  const due = all.filter(isDue);
  const busy = network.operation !== undefined || all.length === 0;
  return (
    <Section
      title={t("certificates.title")}
      lead={t("certificates.lead")}
      actions={may("identities.write") ? <RenewButton key={due.length} network={network.name} due={due.length} busy={busy} /> : undefined}
    >
      <QueryView query={query}>
        {({ certificates, unread, at }) =>
          certificates.length === 0 ? (
            <Empty title={t("certificates.empty")} order={3} />
          ) : (
            <>
              {unread.length === 0 ? null : <Alert color="yellow">{t("certificates.unread", { channels: unread.join(", ") })}</Alert>}
              <Rehearsal network={network.name} first={certificates[0]?.notAfter ?? at} />
              <Group>
                <TextInput
                  type="search"
                  leftSection={<IconSearch size={16} />}
                  aria-label={t("certificates.filter")}
                  placeholder={t("certificates.filter")}
                  value={filter}
                  onChange={(event) => setFilter(event.currentTarget.value)}
                  style={{ flex: "1 1 14rem" }}
                  maw={380}
                />
                <Checkbox label={t("certificates.due")} checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} />
              </Group>
              <CertificateTable
                certificates={(only ? due : certificates).filter(({ owner, organization }) =>
                  `${owner} ${organization}`.toLowerCase().includes(wanted),
                )}
                at={at}
              />
            </>
          )
        }
      </QueryView>
    </Section>
  );
}
