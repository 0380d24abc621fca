import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconLanguage, IconMoon, IconSun, IconSunMoon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, languages, type Language } from "../i18n/i18n.ts";

const schemes = [
  { scheme: "light", label: "common.light", Icon: IconSun },
  { scheme: "dark", label: "common.dark", Icon: IconMoon },
  { scheme: "auto", label: "common.system", Icon: IconSunMoon },
] as const;

/** Language and colours, each its own menu. */
export function AppearanceMenu() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t("common.language")}>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("common.language")}>
              <IconLanguage size={18} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(languages).map(([code, name]) => (
            <Menu.Item
              key={code}
              lang={code}
              rightSection={i18n.language === code ? <IconCheck size={14} /> : null}
              onClick={() => void chooseLanguage(code as Language)}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t("common.colours")}>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("common.colours")}>
              <IconSunMoon size={18} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
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
    </>
  );
}
