import { Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { argumentFault, kindOf, toArgument } from "./arguments.ts";
import { CallButtons } from "./call-buttons.tsx";
import type { Callable } from "./functions.tsx";

/** What is called, and as whom. */
export interface CallTarget {
  readonly network: string;
  readonly chaincode: string;
  readonly channel: string;
  readonly organization: string;
  readonly user: string;
}

/** A field for each parameter of a function. */
export function CallForm({ target, callable: { name, shape } }: { readonly target: CallTarget; readonly callable: Callable }) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<readonly string[]>(shape.parameters.map(() => ""));
  const fields = shape.parameters.map((parameter, index) => {
    const kind = kindOf(parameter.type);
    const text = texts[index] ?? "";
    return { ...parameter, kind, text, fault: argumentFault(kind, text), set: (value: string) => setTexts(texts.with(index, value)) };
  });
  return (
    <Stack gap="md">
      {fields.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("tryIt.noParameters")}
        </Text>
      ) : null}
      {fields.map((field) => (
        <ParameterField key={field.name} field={field} />
      ))}
      <CallButtons
        target={target}
        name={name}
        args={fields.map(({ kind, text }) => toArgument(kind, text))}
        writes={shape.submit}
        blocked={fields.some(({ fault }) => fault !== undefined)}
      />
    </Stack>
  );
}

interface FieldProps {
  readonly field: {
    readonly name: string;
    readonly type: string;
    readonly kind: ReturnType<typeof kindOf>;
    readonly text: string;
    readonly fault: string | undefined;
    readonly set: (text: string) => void;
  };
}

function ParameterField({ field: { name, type, kind, text, fault, set } }: FieldProps) {
  const { t } = useTranslation();
  if (kind === "boolean")
    return <Switch label={name} checked={text === "true"} onChange={(event) => set(String(event.currentTarget.checked))} />;
  if (kind === "json") {
    return (
      <Textarea
        label={name}
        description={t("tryIt.json", { type })}
        autosize
        minRows={3}
        maxRows={14}
        spellCheck={false}
        value={text}
        error={text === "" ? undefined : fault}
        onChange={(event) => set(event.currentTarget.value)}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      />
    );
  }
  return (
    <TextInput
      label={name}
      description={type}
      inputMode={kind === "number" ? "decimal" : "text"}
      value={text}
      error={text !== "" && fault !== undefined}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
