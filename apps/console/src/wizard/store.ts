import { parseNetworkFile, isHeddleError, type NetworkFile, type PresetName, type Problem } from "@heddle/network";
import { useEffect, useMemo, useState } from "react";
import { topologyOf } from "../topology/model.ts";
import { compactYaml } from "./compact.ts";
import { presetFile } from "./draft.ts";
import { findProblems } from "./problems.ts";

const KEY = "heddle.draft.v1";

/** What a person is describing. */
export interface Draft {
  readonly preset: PresetName;
  /** Whether the name was typed; one that was not follows the preset. */
  readonly named: boolean;
  readonly file: NetworkFile;
  /** YAML as it was typed, until the form changes the file. */
  readonly text?: string;
}

/** The draft, what is wrong with it, and how to change it. */
export interface DraftStore {
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  /** The YAML, as typed or as the form means it. */
  readonly yaml: string;
  readonly change: (file: NetworkFile) => void;
  readonly set: (draft: Draft) => void;
  readonly typeYaml: (text: string) => void;
  readonly reset: () => void;
}

const fresh: Draft = { preset: "consortium", named: false, file: presetFile("consortium", "consortium") };

function load(): Draft {
  const text = localStorage.getItem(KEY);
  if (text === null) return fresh;
  try {
    const draft = JSON.parse(text) as Draft;
    // A draft of another version of the console may lack what is drawn.
    topologyOf(draft.file);
    return draft;
  } catch {
    return fresh;
  }
}

interface Typed {
  readonly file?: NetworkFile;
  readonly problems: readonly Problem[];
}

function readYaml(text: string): Typed {
  try {
    return { file: parseNetworkFile(text), problems: [] };
  } catch (error) {
    if (!isHeddleError(error)) throw error;
    const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1);
    return { problems: error.problems.length > 0 ? error.problems : [{ path: "", message: error.message, line }] };
  }
}

/** The draft of the wizard; kept in this browser until it becomes a network. */
export function useDraft(): DraftStore {
  const [draft, setDraft] = useState(load);
  useEffect(() => {
    if (draft === fresh) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(draft));
  }, [draft]);
  const problems = useMemo(() => (draft.text === undefined ? findProblems(draft.file) : readYaml(draft.text).problems), [draft]);
  const yaml = useMemo(() => draft.text ?? compactYaml(draft.file), [draft]);
  return {
    draft,
    problems,
    yaml,
    change: (file) => setDraft(({ text: _text, ...current }) => ({ ...current, file })),
    set: setDraft,
    typeYaml: (text) => setDraft((current) => ({ ...current, named: true, file: readYaml(text).file ?? current.file, text })),
    reset: () => setDraft(fresh),
  };
}
