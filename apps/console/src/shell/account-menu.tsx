import { Menu } from "@mantine/core";
import { IconApi, IconInfoCircle, IconKey, IconLogout, IconUsers } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { sessionQuery, useMay } from "../session/session.ts";

/** Who is logged in, and what belongs to them or to the server. */
export default function AccountMenu({ target }: { readonly target: React.ReactElement }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const may = useMay();
  const { data: session } = useQuery(sessionQuery);
  const logout = useMutation({
    mutationFn: () => client.logout(),
    onSettled() {
      queries.clear();
      location.assign("/");
    },
  });
  return (
    <Menu position="bottom-end" width={220} defaultOpened>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        {session === null || session === undefined ? null : (
          <Menu.Label>{t("session.you", { account: session.account, role: t(`session.roles.${session.role}`) })}</Menu.Label>
        )}
        {session?.expiresAt === undefined ? null : (
          <Menu.Item component={Link} to="/password" leftSection={<IconKey size={16} />}>
            {t("session.changePassword")}
          </Menu.Item>
        )}
        {may("accounts.read") ? (
          <Menu.Item component={Link} to="/accounts" leftSection={<IconUsers size={16} />}>
            {t("common.accounts")}
          </Menu.Item>
        ) : null}
        <Menu.Item component={Link} to="/reference" leftSection={<IconApi size={16} />}>
          {t("common.api")}
        </Menu.Item>
        <Menu.Item component={Link} to="/about" leftSection={<IconInfoCircle size={16} />}>
          {t("common.about")}
        </Menu.Item>
        {session?.expiresAt === undefined ? null : (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => logout.mutate()}>
              {t("common.logout")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
