import { Button, Group, NumberInput, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { useNetwork } from "../network/use-network.ts";
import { Problem } from "../ui/problem.tsx";
import { useOperation } from "../ui/use-operation.ts";

/** Takes an embedded channel back to a block. */
export function ResetChannel({ channel, height }: { readonly channel: string; readonly height: number | undefined }) {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const [block, setBlock] = useState<number | undefined>();
  const reset = useOperation((last: number) => client.resetChannel({ params: { name: network.name, channel }, body: { block: last } }));
  return (
    <details>
      <summary>{t("network.resetTitle")}</summary>
      <Text size="sm" c="dimmed" my="xs">
        {t("network.resetText")}
      </Text>
      <Group align="flex-end">
        <NumberInput
          label={t("network.resetBlock")}
          min={0}
          {...(height === undefined ? {} : { max: height - 1 })}
          allowDecimal={false}
          value={block ?? ""}
          onChange={(value) => setBlock(typeof value === "number" ? value : undefined)}
        />
        <Button
          color="red.9"
          disabled={block === undefined || network.operation !== undefined}
          loading={reset.isPending}
          onClick={() => {
            if (block !== undefined) reset.mutate(block);
          }}
        >
          {t("network.reset")}
        </Button>
      </Group>
      {reset.isError ? <Problem title={t("network.reset")} error={reset.error} /> : null}
    </details>
  );
}
