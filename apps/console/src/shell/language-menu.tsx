import { Menu } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, languages, type Language } from "../i18n/i18n.ts";

/** The languages, each in its own words. */
export default function LanguageMenu({ target }: { readonly target: React.ReactElement }) {
  const { i18n } = useTranslation();
  return (
    <Menu position="bottom-end" defaultOpened>
      <Menu.Target>{target}</Menu.Target>
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
  );
}
