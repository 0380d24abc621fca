import { Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconMoon, IconSun, IconSunMoon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

const schemes = [
  { scheme: "light", label: "common.light", Icon: IconSun },
  { scheme: "dark", label: "common.dark", Icon: IconMoon },
  { scheme: "auto", label: "common.system", Icon: IconSunMoon },
] as const;

/** Light, dark, or as the system is. */
export default function SchemeMenu({ target }: { readonly target: React.ReactElement }) {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" defaultOpened>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ scheme, label, Icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={14} />}
            rightSection={colorScheme === scheme ? <IconCheck size={14} /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {t(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
