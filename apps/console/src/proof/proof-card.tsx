import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { Proof } from "@heddle/api";
import { useTranslation } from "react-i18next";
import { isPhase } from "../operations/steps.tsx";
import { Ago } from "../ui/ago.tsx";
import { formatSeconds } from "../ui/format.ts";
import { Hash } from "../ui/hash.tsx";
import classes from "./proof-card.module.css";

/** Props of {@link ProofCard}. */
export interface ProofCardProps {
  readonly proof: Proof;
  readonly network: string | undefined;
  /** Just proved: the seal is drawn. */
  readonly fresh?: boolean;
}

/** The proof of readiness: on each channel a transaction, its block and the peers that have it; and where the seconds went. */
export function ProofCard({ proof, network, fresh = false }: ProofCardProps) {
  const { t } = useTranslation();
  const phases = Object.entries(proof.phases ?? {});
  return (
    <Paper p={{ base: "md", sm: "lg" }} className={classes["card"]} component="section" aria-labelledby="proof-title">
      <Group justify="space-between" align="flex-start" gap="lg" wrap="nowrap">
        <Group gap="md" wrap="nowrap" align="flex-start">
          <svg className={classes["seal"]} data-fresh={fresh} viewBox="0 0 48 48" width="44" height="44" aria-hidden>
            <circle cx="24" cy="24" r="21" />
            <path d="M15 24.5l6.2 6.2L33.5 18" />
          </svg>
          <div>
            <Title order={2} id="proof-title">
              {t("proof.title")}
            </Title>
            <Text size="sm" c="dimmed" maw="38rem">
              {t("proof.lead")}
            </Text>
          </div>
        </Group>
        {proof.seconds === undefined ? null : (
          <div className={classes["total"]}>
            <span className={classes["number"]}>{formatSeconds(proof.seconds)}</span>
            <Text size="xs" c="dimmed">
              {t("proof.seconds")}
            </Text>
          </div>
        )}
      </Group>
      <Stack gap="sm" mt="md">
        {proof.channels.map((channel) => (
          <dl key={channel.channel} className={classes["facts"]}>
            <div>
              <dt>{t("proof.channel")}</dt>
              <dd>{channel.channel}</dd>
            </div>
            <div className={classes["wide"]}>
              <dt>{t("proof.transaction")}</dt>
              <dd>
                {channel.transactionId === undefined ? (
                  "–"
                ) : (
                  <Hash
                    value={channel.transactionId}
                    what={t("proof.transaction")}
                    ends={12}
                    to={transactionAddress(network, channel.channel, channel.transactionId)}
                  />
                )}
              </dd>
            </div>
            <div>
              <dt>{t("proof.block")}</dt>
              <dd>{channel.block ?? "–"}</dd>
            </div>
            <div className={classes["wide"]}>
              <dt>{t("proof.peers")}</dt>
              <dd>{channel.peers?.join(", ") ?? "–"}</dd>
            </div>
          </dl>
        ))}
      </Stack>
      {phases.length === 0 ? null : (
        <div className={classes["phases"]}>
          <Text size="sm" fw={600}>
            {t("proof.phases")}
          </Text>
          <PhaseBars phases={phases} />
          <Text size="xs" c="dimmed">
            {t("proof.phasesNote")}
          </Text>
        </div>
      )}
      {proof.at === undefined || fresh ? null : (
        <Text size="xs" c="dimmed" mt="sm">
          {t("proof.at", { when: "" })}
          <Ago at={proof.at} />
        </Text>
      )}
    </Paper>
  );
}

function PhaseBars({ phases }: { readonly phases: readonly (readonly [string, number])[] }) {
  const { t } = useTranslation();
  const longest = Math.max(...phases.map(([, seconds]) => seconds), 0.001);
  return (
    <ul className={classes["bars"]}>
      {phases.map(([phase, seconds]) => (
        <li key={phase}>
          <span>{isPhase(phase) ? t(`operation.phases.${phase}`) : phase}</span>
          <span className={classes["track"]} aria-hidden>
            <span className={classes["bar"]} style={{ width: `${Math.max(1, (seconds / longest) * 100)}%` }} />
          </span>
          <span className={classes["value"]}>{t("common.seconds", { value: formatSeconds(seconds) })}</span>
        </li>
      ))}
    </ul>
  );
}

function transactionAddress(network: string | undefined, channel: string, transaction: string): string | undefined {
  return network === undefined ? undefined : `/networks/${network}/explorer/${channel}/transactions/${transaction}`;
}
