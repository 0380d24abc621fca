import { Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CallButtons } from "./call-buttons.tsx";
import type { CallTarget } from "./call-form.tsx";

/** A function by its name, with its arguments one a line. */
export function FreeForm({ target }: { readonly target: CallTarget }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  return (
    <Stack gap="md">
      <TextInput
        label={t("tryIt.function")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        spellCheck={false}
        autoCapitalize="none"
      />
      <Textarea
        label={t("tryIt.arguments")}
        description={t("tryIt.argumentsHelp")}
        autosize
        minRows={3}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        spellCheck={false}
      />
      <CallButtons target={target} name={name} args={text === "" ? [] : text.split("\n")} writes blocked={name === ""} />
    </Stack>
  );
}
