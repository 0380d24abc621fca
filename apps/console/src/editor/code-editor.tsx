import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { styleNonce } from "../theme/nonce.ts";
import "./code-editor.css";

/** Something wrong at a line of the text. */
export interface LineProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** Props of {@link CodeEditor}. */
export interface CodeEditorProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly problems: readonly LineProblem[];
}

/** An editor of YAML. Tab leaves it, as everywhere; problems are marked at their lines. */
export default function CodeEditor({ label, value, onChange, problems }: CodeEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const change = useRef(onChange);
  change.current = onChange;
  const first = useRef(value);

  useEffect(() => {
    if (parent.current === null) return undefined;
    const made = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          EditorView.cspNonce.of(styleNonce()),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.lineWrapping,
          lineNumbers(),
          history(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          yaml(),
          syntaxHighlighting(classHighlighter),
          lintGutter(),
          EditorView.updateListener.of((update) => {
            if (
              update.docChanged &&
              update.transactions.some(
                (one) =>
                  one.isUserEvent("input") ||
                  one.isUserEvent("delete") ||
                  one.isUserEvent("undo") ||
                  one.isUserEvent("redo") ||
                  one.isUserEvent("move"),
              )
            ) {
              change.current(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [label]);

  useEffect(() => {
    const { current } = view;
    if (current === undefined || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const { current } = view;
    if (current === undefined) return;
    const { doc } = current.state;
    const marks = problems.map(({ line, message }): Diagnostic => {
      const place = doc.line(Math.min(Math.max(line, 1), doc.lines));
      return { from: place.from, to: place.to, severity: "error", message };
    });
    current.dispatch(setDiagnostics(current.state, marks));
  }, [problems, value]);

  return <div ref={parent} className="editor" />;
}
