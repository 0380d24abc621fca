import { Badge, Paper, Stack, Text, UnstyledButton } from "@mantine/core";
import type { ContractMetadata } from "@heddle/api";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CallForm, type CallTarget } from "./call-form.tsx";
import { FreeForm } from "./free-form.tsx";
import classes from "./try.module.css";

type ContractFunction = ContractMetadata["contracts"][number]["functions"][number];

/** A function under the name by which it is called. */
export interface Callable {
  readonly name: string;
  readonly shape: ContractFunction;
}

/** Props of {@link Functions}. */
export interface FunctionsProps {
  readonly target: CallTarget;
  readonly metadata: ContractMetadata | undefined;
  readonly undescribed: boolean;
}

/** The functions of a chaincode, and the form of the one that is chosen. */
export function Functions({ target, metadata, undescribed }: FunctionsProps) {
  const { t } = useTranslation();
  const callables = callablesOf(metadata);
  const [chosen, setChosen] = useState<string>();
  const free = undescribed || chosen === "";
  const shown = free ? undefined : (callables.find(({ name }) => name === chosen) ?? callables[0]);
  return (
    <div className={classes["grid"]}>
      {undescribed ? null : (
        <nav aria-label={t("tryIt.functions")}>
          <ul className={classes["functions"]}>
            {callables.map(({ name, shape }) => (
              <li key={name}>
                <UnstyledButton
                  className={classes["function"]}
                  aria-current={shown?.name === name ? "true" : undefined}
                  onClick={() => setChosen(name)}
                >
                  <span className={classes["name"]}>{name}</span>
                  <Badge variant="default" size="xs" tt="none">
                    {t(shape.submit ? "tryIt.writes" : "tryIt.reads")}
                  </Badge>
                </UnstyledButton>
              </li>
            ))}
            <li>
              <UnstyledButton className={classes["function"]} aria-current={free ? "true" : undefined} onClick={() => setChosen("")}>
                <span>{t("tryIt.ownFunction")}</span>
              </UnstyledButton>
            </li>
          </ul>
        </nav>
      )}
      <Paper p="md" component="section" aria-label={shown?.name ?? t("tryIt.function")}>
        <Stack gap="md">
          {undescribed ? <Text c="dimmed">{t("tryIt.noMetadata")}</Text> : null}
          {shown === undefined ? <FreeForm target={target} /> : <CallForm key={shown.name} target={target} callable={shown} />}
        </Stack>
      </Paper>
    </div>
  );
}

/** Functions of the default contract by their own name, of others as CONTRACT:FUNCTION; without Fabric's own contract. */
export function callablesOf(metadata: ContractMetadata | undefined): Callable[] {
  return (metadata?.contracts ?? [])
    .filter(({ name }) => name !== "org.hyperledger.fabric")
    .flatMap((contract) =>
      contract.functions.map((shape) => ({ name: contract.default ? shape.name : `${contract.name}:${shape.name}`, shape })),
    );
}
