import { IconLanguage, IconSunMoon, IconUserCircle } from "@tabler/icons-react";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useServerEvents } from "../api/events.ts";
import { DeferredMenu } from "./deferred-menu.tsx";
import { Logo } from "./logo.tsx";
import classes from "./shell.module.css";
import { useShortcuts } from "./shortcuts.ts";

const languageMenu = () => import("./language-menu.tsx");
const schemeMenu = () => import("./scheme-menu.tsx");
const accountMenu = () => import("./account-menu.tsx");

/** The frame of every screen: skip link, header, content. */
export function Shell() {
  const { t } = useTranslation();
  useServerEvents();
  useShortcuts();
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.setAttribute("data-ready", "true"), []);
  // Whose content is drawn: behind the address while a screen is fetched.
  const at = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.href });
  return (
    <>
      <a className="skip" href="#content">
        {t("common.skip")}
      </a>
      <header className={classes["header"]}>
        <div className={classes["bar"]}>
          <Link to="/networks" className={classes["brand"]} aria-label="Heddle">
            <Logo />
            <span className={classes["word"]}>Heddle</span>
          </Link>
          <nav aria-label={t("common.navigation")} className={classes["nav"]}>
            <Link to="/networks" className={classes["link"]}>
              {t("common.networks")}
            </Link>
            <Link to="/operations" className={classes["link"]}>
              {t("common.operations")}
            </Link>
            <Link to="/backups" className={classes["link"]}>
              {t("common.backups")}
            </Link>
          </nav>
          <div className={classes["end"]}>
            <DeferredMenu label={t("common.language")} icon={<IconLanguage size={18} />} load={languageMenu} />
            <DeferredMenu label={t("common.colours")} icon={<IconSunMoon size={18} />} load={schemeMenu} />
            <DeferredMenu label={t("common.account")} icon={<IconUserCircle size={20} />} load={accountMenu} />
          </div>
        </div>
      </header>
      <main data-at={at} id="content" tabIndex={-1} className={classes["main"]} ref={main}>
        <Outlet />
      </main>
    </>
  );
}
