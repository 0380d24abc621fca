import { Select } from "@mantine/core";
import { roles, type Role } from "@heddle/api";
import { useTranslation } from "react-i18next";

/** Props of {@link RoleSelect}. */
export interface RoleSelectProps {
  readonly role: Role;
  /** Read aloud; shown where there is a description too. */
  readonly label: string;
  readonly onChange: (role: Role) => void;
  readonly described?: boolean;
}

/** One of the roles, in words. */
export function RoleSelect({ role, label, onChange, described = false }: RoleSelectProps) {
  const { t } = useTranslation();
  return (
    <Select
      {...(described ? { label, description: t(`session.roleHelp.${role}`) } : { "aria-label": label, size: "xs" as const })}
      data={roles.map((value) => ({ value, label: t(`session.roles.${value}`) }))}
      value={role}
      allowDeselect={false}
      onChange={(value) => onChange(roles.find((one) => one === value) ?? role)}
    />
  );
}
