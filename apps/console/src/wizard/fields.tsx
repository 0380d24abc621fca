import type { NetworkFile, Problem } from "@heddle/network";
import { createContext, use } from "react";
import { problemText } from "../ui/problem-text.ts";

/** What each step of the form works on. */
export interface WizardForm {
  readonly file: NetworkFile;
  readonly change: (file: NetworkFile) => void;
  readonly problems: readonly Problem[];
}

const Form = createContext<WizardForm | undefined>(undefined);

/** Gives a form to the steps below. */
export const FormProvider = Form.Provider;

/** The form of the step. */
export function useForm(): WizardForm & { readonly errorAt: (path: string) => string | undefined } {
  const form = use(Form);
  if (form === undefined) throw new TypeError("a step stands outside of its form");
  return {
    ...form,
    errorAt(path) {
      const found = form.problems.filter((problem) => problem.path === path);
      return found.length === 0 ? undefined : found.map(problemText).join("; ");
    },
  };
}
