import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { useMay } from "../session/session.ts";
import { Problem } from "../ui/problem.tsx";
import { ValueView } from "../ui/value-view.tsx";
import type { CallTarget } from "./call-form.tsx";

/** Props of {@link CallButtons}. */
export interface CallButtonsProps {
  readonly target: CallTarget;
  readonly name: string;
  readonly args: readonly string[];
  /** The function writes: submitting it is what one means. */
  readonly writes: boolean;
  readonly blocked: boolean;
}

interface Outcome {
  readonly payload: string;
  readonly text?: string | undefined;
  readonly milliseconds: number;
  readonly transaction?: { readonly id: string; readonly block: number; readonly code: string };
}

/** Submits or evaluates, and shows what came back. */
export function CallButtons({ target, name, args, writes, blocked }: CallButtonsProps) {
  const { t } = useTranslation();
  const may = useMay();
  const call = useMutation({
    async mutationFn(submit: boolean): Promise<Outcome> {
      const { network, chaincode, channel, organization, user } = target;
      const input = { params: { name: network, chaincode }, body: { channel, organization, user, function: name, args: [...args] } };
      const began = performance.now();
      if (!submit) return { ...(await client.evaluateTransaction(input)), milliseconds: performance.now() - began };
      const { transactionId, block, code, ...rest } = await client.submitTransaction(input);
      return { ...rest, milliseconds: performance.now() - began, transaction: { id: transactionId, block, code } };
    },
  });
  return (
    <>
      <Group>
        {may("transactions.submit") ? (
          <Button
            variant={writes ? "filled" : "default"}
            title={t("tryIt.submitHelp")}
            disabled={blocked}
            loading={call.isPending && call.variables}
            onClick={() => call.mutate(true)}
          >
            {t("tryIt.submit")}
          </Button>
        ) : null}
        <Button
          variant={writes ? "default" : "filled"}
          title={t("tryIt.evaluateHelp")}
          disabled={blocked}
          loading={call.isPending && !call.variables}
          onClick={() => call.mutate(false)}
        >
          {t("tryIt.evaluate")}
        </Button>
      </Group>
      <div aria-live="polite">
        {call.isError ? <Problem title={t("tryIt.refused")} error={call.error} /> : null}
        {call.data === undefined ? null : <Result outcome={call.data} target={target} />}
      </div>
    </>
  );
}

function Result({
  outcome: { payload, text, milliseconds, transaction },
  target,
}: {
  readonly outcome: Outcome;
  readonly target: CallTarget;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" data-testid="result">
      <Group justify="space-between">
        <Title order={3} fz="sm">
          {t("tryIt.result")}
        </Title>
        <Text size="xs" c="dimmed">
          {t("tryIt.took", { ms: Math.round(milliseconds) })}
        </Text>
      </Group>
      <Text size="sm" c={transaction === undefined || transaction.code === "VALID" ? "var(--ok)" : "var(--bad)"}>
        {transaction === undefined ? t("tryIt.evaluated") : t("tryIt.committed", { code: transaction.code, block: transaction.block })}
      </Text>
      {transaction === undefined ? null : (
        <Text size="sm">
          {t("tryIt.transaction")}{" "}
          <Link
            className="hash"
            to="/networks/$name/explorer/$channel/transactions/$transaction"
            params={{ name: target.network, channel: target.channel, transaction: transaction.id }}
          >
            {transaction.id}
          </Link>
        </Text>
      )}
      <ValueView value={{ base64: payload, text }} label={t("tryIt.result")} />
    </Stack>
  );
}
