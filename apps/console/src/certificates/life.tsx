import { Text } from "@mantine/core";
import type { Certificate } from "@heddle/api";
import { useTranslation } from "react-i18next";
import { formatAgo, formatDate } from "../ui/format.ts";
import classes from "./certificates.module.css";

type Tone = "ok" | "warn" | "bad" | "off";

/** How a certificate stands, and in which colour. */
export function toneOf({ state, superseded, revokedAt }: Certificate): readonly [state: Shown, tone: Tone] {
  if (revokedAt !== undefined) return ["revoked", "off"];
  if (superseded) return ["superseded", "off"];
  if (state === "valid") return [state, "ok"];
  return [state, state === "expired" ? "bad" : "warn"];
}

type Shown = Certificate["state"] | "revoked" | "superseded";

/** A certificate's validity as a bar, from its first day to its last, filled up to `at`; with its state in a word. */
export function Life({ certificate, at }: { readonly certificate: Certificate; readonly at: string }) {
  const { t } = useTranslation();
  const { notBefore, notAfter, daysLeft, state, superseded } = certificate;
  const [shown, tone] = toneOf(certificate);
  const [begin, now, end] = [notBefore, at, notAfter].map((time) => new Date(time).getTime()) as [number, number, number];
  const passed = Math.min(1, Math.max(0, (now - begin) / Math.max(1, end - begin)));
  const left =
    state === "expired"
      ? t("certificates.ended", { ago: formatAgo(notAfter, now) ?? "" })
      : state === "not-yet-valid"
        ? t("certificates.from", { date: formatDate(notBefore) })
        : t("certificates.daysLeft", { count: daysLeft });
  return (
    <div className={classes["life"]} title={superseded ? t("certificates.supersededHelp") : undefined}>
      <div className={classes["line"]}>
        <Text component="span" size="sm" fw={600} className={classes["state"]} data-tone={tone}>
          {t(`certificates.states.${shown}`)}
        </Text>
        <Text component="span" size="sm">
          {left}
        </Text>
      </div>
      <div className={classes["bar"]} data-tone={tone} aria-hidden>
        <div style={{ width: `${passed * 100}%` }} />
      </div>
      <Text size="xs" c="dimmed">
        {t("certificates.until", { date: formatDate(notAfter) })}
      </Text>
    </div>
  );
}
