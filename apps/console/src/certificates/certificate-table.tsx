import { Text } from "@mantine/core";
import type { Certificate } from "@heddle/api";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Hash } from "../ui/hash.tsx";
import { Life } from "./life.tsx";

/** Certificates in the order of their ends, each with its validity as a bar up to `at`. */
export function CertificateTable({ certificates, at }: { readonly certificates: readonly Certificate[]; readonly at: string }) {
  const { t } = useTranslation();
  const columns = useColumns(at);
  return <DataTable label={t("certificates.title")} rows={certificates} columns={columns} rowKey={({ fingerprint }) => fingerprint} />;
}

function useColumns(at: string): readonly Column<Certificate>[] {
  const { t } = useTranslation();
  return useMemo(
    (): readonly Column<Certificate>[] => [
      {
        id: "owner",
        header: t("certificates.owner"),
        value: ({ owner }) => owner,
        cell: ({ owner, organization }) => (
          <>
            <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
              {owner}
            </Text>
            <Text size="xs" c="dimmed">
              {organization}
            </Text>
          </>
        ),
      },
      {
        id: "purpose",
        header: t("certificates.purpose"),
        width: "8rem",
        value: ({ purpose }) => purpose,
        cell: ({ purpose }) => t(`certificates.purposes.${purpose}`),
      },
      {
        id: "life",
        header: t("certificates.life"),
        width: "15rem",
        value: ({ notAfter }) => notAfter,
        cell: (certificate) => <Life certificate={certificate} at={at} />,
      },
      {
        id: "used",
        header: t("certificates.used"),
        cell: ({ uses }) => usesText(t, uses),
      },
      {
        id: "serial",
        header: t("certificates.serial"),
        value: ({ serial }) => serial,
        cell: ({ serial }) => <Hash value={serial} what={t("certificates.serial")} ends={6} />,
      },
    ],
    [t, at],
  );
}

/** Where a certificate is used, each place once. */
function usesText(t: TFunction, uses: Certificate["uses"]): string {
  const places = uses.map(({ in: place, name, as }) => {
    if (place !== "channel") return t(`certificates.uses.${place}`);
    return as.startsWith("consenter-")
      ? t("certificates.uses.consenter", { channel: name })
      : t("certificates.uses.msp", { channel: name });
  });
  return [...new Set(places)].join(", ");
}
