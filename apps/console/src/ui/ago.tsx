import { Text } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { formatAgo, formatTime } from "./format.ts";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on the page. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 5_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** How long ago something was; the exact time is its title. */
export function Ago({ at }: { readonly at: string }) {
  const { t } = useTranslation();
  const current = useSyncExternalStore(subscribe, () => now);
  return (
    <Text component="time" inherit dateTime={at} title={formatTime(at)}>
      {formatAgo(at, Math.max(current, Date.now() - 5_000)) ?? t("common.now")}
    </Text>
  );
}
