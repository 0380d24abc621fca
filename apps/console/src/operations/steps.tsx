import { Box, Code, Group, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../i18n/catalogue.ts";
import { formatSeconds } from "../ui/format.ts";
import { StateMark } from "../ui/state-mark.tsx";
import { phasesOf, type PhaseView, type Progress, type StepView } from "./progress.ts";
import classes from "./steps.module.css";
import { titleIn } from "./titles.ts";

/** The steps of an operation by phase, with their nodes, seconds and log lines. */
export function Steps({ progress, live }: { readonly progress: Progress; readonly live: boolean }) {
  const now = useTicks(live);
  return (
    <ol className={classes["phases"]}>
      {phasesOf(progress).map((phase) => (
        <Phase key={phase.phase} phase={phase} now={now} />
      ))}
    </ol>
  );
}

/** The present time, ten times a second while something runs. */
function useTicks(live: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!live) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [live]);
  return now;
}

function Phase({ phase: { phase, state, steps }, now }: { readonly phase: PhaseView; readonly now: number }) {
  const { t } = useTranslation();
  return (
    <li className={classes["phase"]} data-state={state}>
      <Group className={classes["head"]} gap="sm">
        <StateMark state={state} running="busy" bare />
        <Text fw={600}>{t(`operation.phases.${isPhase(phase) ? phase : "work"}`)}</Text>
      </Group>
      <ul className={classes["steps"]}>
        {steps.map((step) => (
          <StepLine key={step.name} step={step} now={now} />
        ))}
      </ul>
    </li>
  );
}

function StepLine({ step, now }: { readonly step: StepView; readonly now: number }) {
  const { t, i18n } = useTranslation();
  const title = titleIn(i18n.language, step.title);
  const busy = step.state === "running" || step.state === "undoing";
  const seconds = busy && step.since !== undefined ? Math.max(0, (now - step.since) / 1000) : step.seconds;
  return (
    <li className={classes["step"]} data-state={step.state} data-step={step.name}>
      <Group gap="sm" wrap="nowrap" align="baseline">
        <Box className={classes["mark"]}>
          <StateMark state={step.state} running="busy" bare />
        </Box>
        <Text size="sm" className={classes["title"]}>
          {title}
          {step.node === undefined || step.title.includes(step.node) ? null : (
            <Text span c="dimmed">
              {" "}
              · {step.node}
            </Text>
          )}
          {step.attempts > 1 ? (
            <Text span c="dimmed">
              {" "}
              · {t("operation.attempt", { count: step.attempts })}
            </Text>
          ) : null}
          {step.fraction === undefined ? null : ` · ${Math.round(step.fraction * 100)} %`}
        </Text>
        <Text size="sm" c="dimmed" className={classes["seconds"]}>
          {seconds === undefined || step.state === "pending" ? "" : t("common.seconds", { value: formatSeconds(seconds) })}
        </Text>
      </Group>
      {step.error === undefined ? null : (
        <Text size="sm" className={classes["error"]}>
          {step.error.message} <Code>{step.error.code}</Code>
        </Text>
      )}
      {step.lines.length === 0 ? null : (
        <details className={classes["log"]} open={step.state === "failed"}>
          <summary>{t("operation.logs", { step: title })}</summary>
          <pre>{step.lines.join("\n")}</pre>
        </details>
      )}
    </li>
  );
}

const phases = [
  "prepare",
  "identities",
  "nodes",
  "channels",
  "chaincode",
  "proof",
  "work",
] as const satisfies readonly (keyof Catalogue["operation"]["phases"])[];

/** Whether a phase has a name in the catalogue. */
export function isPhase(text: string): text is (typeof phases)[number] {
  return (phases as readonly string[]).includes(text);
}
