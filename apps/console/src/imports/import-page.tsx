import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import type { ImportBody } from "@heddle/api";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { useOperation } from "../ui/use-operation.ts";
import { ChoiceCards } from "../wizard/steps/choice-cards.tsx";
import { FolderField } from "./folder-field.tsx";
import { bodyOf, emptyForm, type ImportForm } from "./form.ts";
import { Preview } from "./preview.tsx";
import { ProfileFields } from "./profile-fields.tsx";
import { TextOrFile } from "./text-or-file.tsx";

/** Imports a running network: where from, a look at what it is, and then the import. */
export function ImportPage() {
  const { t } = useTranslation();
  const [form, setForm] = useState<ImportForm>(emptyForm);
  const look = useMutation({ mutationFn: (body: ImportBody) => client.lookAtImport({ body }) });
  const begin = useOperation((body: ImportBody) => client.importNetwork({ body }));
  // What was seen is of what was given then.
  const change = (part: Partial<ImportForm>): void => {
    setForm((before) => ({ ...before, ...part }));
    look.reset();
    begin.reset();
  };
  const body = bodyOf(form);
  return (
    <Page title={t("imports.title")} lead={t("imports.lead")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (body === undefined) return;
          if (look.data === undefined) look.mutate(body);
          else begin.mutate(body);
        }}
      >
        <Stack gap="lg" maw={860}>
          <Source form={form} onChange={change} />
          <TextInput
            label={t("imports.name")}
            description={t("imports.nameHelp")}
            required
            value={form.name}
            onChange={(event) => change({ name: event.currentTarget.value.trim() })}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            maw={320}
          />
          <Checkbox
            label={t("imports.local")}
            description={t("imports.localHelp")}
            checked={form.local}
            onChange={(event) => change({ local: event.currentTarget.checked })}
          />
          {look.isError ? <Problem title={t("imports.look")} error={look.error} /> : null}
          {look.data === undefined ? null : <Preview view={look.data} />}
          {begin.isError ? <Problem title={t("imports.begin")} error={begin.error} /> : null}
          <Group>
            <Button type="submit" loading={look.isPending || begin.isPending} disabled={body === undefined}>
              {t(look.data === undefined ? "imports.look" : "imports.begin")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}

function Source({ form, onChange }: { readonly form: ImportForm; readonly onChange: (change: Partial<ImportForm>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <ChoiceCards
        label={t("imports.source")}
        value={form.kind}
        choices={[
          { value: "test-network", title: t("imports.testNetwork"), text: t("imports.testNetworkText") },
          { value: "profile", title: t("imports.profile"), text: t("imports.profileText") },
          { value: "microfab", title: t("imports.microfab"), text: t("imports.microfabText") },
        ]}
        onChange={(kind) => onChange({ kind })}
      />
      {form.kind === "test-network" ? <FolderField files={form.files} onChange={(files) => onChange({ files })} /> : null}
      {form.kind === "profile" ? <ProfileFields form={form} onChange={onChange} /> : null}
      {form.kind === "microfab" ? (
        <TextOrFile
          label={t("imports.components")}
          description={t("imports.keyHelp")}
          rows={8}
          value={form.components}
          onChange={(components) => onChange({ components })}
        />
      ) : null}
    </>
  );
}
