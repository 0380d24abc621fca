import { Alert, Anchor } from "@mantine/core";
import { IconCertificate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { certificatesQuery } from "../api/queries.ts";
import { isDue } from "./due.ts";

/** That certificates of a network expire, where some do. */
export function ExpiryNotice({ network }: { readonly network: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(certificatesQuery(network));
  const due = data?.certificates.filter(isDue) ?? [];
  if (due.length === 0) return null;
  const isExpired = due.some(({ state }) => state === "expired");
  return (
    <Alert icon={<IconCertificate />} color={isExpired ? "red" : "yellow"} mb="md">
      {t("certificates.warning", { count: due.length })}{" "}
      <Anchor component={Link} to={`/networks/${network}/certificates`} inherit>
        {t("certificates.see")}
      </Anchor>
    </Alert>
  );
}
