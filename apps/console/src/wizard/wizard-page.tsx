import { Badge, Button, Group, Paper, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { networksQuery } from "../api/queries.ts";
import { topologyOf } from "../topology/model.ts";
import { Topology } from "../topology/topology.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { freeNetworkName, withName } from "./draft.ts";
import { FormProvider } from "./fields.tsx";
import { stepOf } from "./problems.ts";
import { stepForms } from "./steps/forms.ts";
import { ReviewStep } from "./steps/review.tsx";
import { StartStep } from "./steps/start.tsx";
import { useDraft, type DraftStore } from "./store.ts";
import classes from "./wizard-page.module.css";
import { wizardSteps, type WizardStep } from "./wizard-steps.ts";

/** Describes a network step by step, shows it while it is described, and creates it. */
export function WizardPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { step = "start" } = useSearch({ from: "/networks/new" });
  const store = useDraft();
  const taken = useTakenNames(store);
  const create = useMutation({
    mutationFn: () => client.createNetwork({ body: { spec: { ...store.draft.file } } }),
    async onSuccess({ operation }) {
      store.reset();
      await navigate({ to: "/operations/$id", params: { id: operation.id } });
    },
  });
  const go = (next: WizardStep): void => void navigate({ to: "/networks/new", search: { step: next } });
  const { file } = store.draft;
  return (
    <Page title={t("wizard.title")} lead={store.draft.named ? t("wizard.draftKept") : undefined}>
      <div className={classes["grid"]} data-step={step}>
        <StepList current={step} store={store} onGo={go} />
        <Stack className={classes["form"]} gap="lg">
          <FormProvider value={{ file, change: store.change, problems: store.problems }}>
            <StepBody step={step} store={store} taken={taken} />
          </FormProvider>
          {create.isError ? <Problem title={t("wizard.create")} error={create.error} /> : null}
          <Footer
            step={step}
            onGo={go}
            onReset={store.reset}
            onCreate={() => create.mutate()}
            creating={create.isPending}
            blocked={store.problems.length > 0 || taken.includes(file.metadata.name)}
          />
        </Stack>
        <Preview store={store} />
      </div>
    </Page>
  );
}

/** Names of the networks there are; a name nobody typed steps aside for them. */
function useTakenNames({ draft, set }: DraftStore): readonly string[] {
  const { data } = useQuery(networksQuery);
  const taken = useMemo(() => data?.map(({ name }) => name) ?? [], [data]);
  const wanted = freeNetworkName(draft.preset, taken);
  useEffect(() => {
    if (!draft.named && draft.file.metadata.name !== wanted) set({ ...draft, file: withName(draft.file, wanted) });
  }, [draft, wanted, set]);
  return taken;
}

interface StepBodyProps {
  readonly step: WizardStep;
  readonly store: DraftStore;
  readonly taken: readonly string[];
}

function StepBody({ step, store, taken }: StepBodyProps) {
  if (step === "start") return <StartStep store={store} taken={taken} />;
  if (step === "review") return <ReviewStep store={store} />;
  const Form = stepForms[step];
  return <Form />;
}

interface StepListProps {
  readonly current: WizardStep;
  readonly store: DraftStore;
  readonly onGo: (step: WizardStep) => void;
}

function StepList({ current, store, onGo }: StepListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // On a phone the steps are a strip: the open one is kept in sight.
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  const counts = Map.groupBy(store.problems, stepOf);
  return (
    <nav aria-label={t("wizard.stepsLabel")}>
      <ol className={classes["steps"]} ref={list}>
        {wizardSteps.map((step, index) => {
          const count = counts.get(step)?.length ?? 0;
          return (
            <li key={step}>
              <UnstyledButton className={classes["step"]} aria-current={step === current ? "step" : undefined} onClick={() => onGo(step)}>
                <span className={classes["number"]}>{index + 1}</span>
                <span className={classes["name"]}>{t(`wizard.steps.${step}`)}</span>
                {count === 0 ? null : (
                  <Badge color="red.9" size="sm" variant="filled" tt="none" aria-label={t("wizard.problemsHere", { count })}>
                    {count}
                  </Badge>
                )}
              </UnstyledButton>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

interface FooterProps {
  readonly step: WizardStep;
  readonly onGo: (step: WizardStep) => void;
  readonly onReset: () => void;
  readonly onCreate: () => void;
  readonly creating: boolean;
  readonly blocked: boolean;
}

function Footer({ step, onGo, onReset, onCreate, creating, blocked }: FooterProps) {
  const { t } = useTranslation();
  const index = wizardSteps.indexOf(step);
  const before = wizardSteps[index - 1];
  const after = wizardSteps[index + 1];
  return (
    <Group justify="space-between">
      <Group gap="xs">
        {step === "review" ? (
          <Button onClick={onCreate} loading={creating} disabled={blocked} size="md">
            {t("wizard.create")}
          </Button>
        ) : null}
        {step === "start" ? <Button onClick={() => onGo("review")}>{t("wizard.quick")}</Button> : null}
        {after === undefined ? null : (
          <Button variant={step === "start" ? "default" : "filled"} onClick={() => onGo(after)}>
            {t("common.next")}
          </Button>
        )}
        {before === undefined ? null : (
          <Button variant="default" onClick={() => onGo(before)} size={step === "review" ? "md" : "sm"}>
            {t("common.back")}
          </Button>
        )}
        {step === "review" && blocked ? (
          <Text size="sm" c="var(--bad)">
            {t("wizard.fixFirst")}
          </Text>
        ) : null}
      </Group>
      <Button variant="subtle" color="gray" c="dimmed" onClick={onReset}>
        {t("wizard.reset")}
      </Button>
    </Group>
  );
}

function Preview({ store }: { readonly store: DraftStore }) {
  const { t } = useTranslation();
  const file = useDeferredValue(store.draft.file);
  const topology = useMemo(() => topologyOf(file), [file]);
  return (
    <Paper component="aside" p="md" className={classes["preview"]} aria-label={t("wizard.preview")}>
      <Text size="sm" fw={600} mb="xs">
        {t("wizard.preview")}
      </Text>
      <Topology topology={topology} height={340} />
    </Paper>
  );
}
