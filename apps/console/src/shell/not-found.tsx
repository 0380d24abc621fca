import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "../ui/empty.tsx";

/** No such address. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty title={t("common.notFound")} text={t("common.notFoundNext")} order={1}>
      <Button component={Link} to="/networks" variant="default">
        {t("common.goHome")}
      </Button>
    </Empty>
  );
}
