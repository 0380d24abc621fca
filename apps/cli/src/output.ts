import { styleText } from "node:util";
import type { Streams } from "./program.ts";

type Style = Parameters<typeof styleText>[0];

/** What a command says: results on standard output, everything else on standard error. */
export interface Output {
  readonly json: boolean;
  /** Whether standard error is a terminal that can redraw a line. */
  readonly live: boolean;
  /** The result: the value as JSON, or what `render` makes of it. */
  result(value: unknown, render: () => string): void;
  /** One more line of a result that is a stream: the value as a JSON line, or the text. */
  item(value: unknown, text: string): void;
  /** A remark for a person; not written where JSON was asked for. */
  note(text: string): void;
  /** Replaces the line at the bottom of a terminal; nothing elsewhere. */
  status(text: string): void;
  /** Takes the line at the bottom away. */
  end(): void;
  /** Colours for a terminal, plain text elsewhere. */
  style(style: Style, text: string): string;
}

/** Output on two streams. */
export function createOutput({ stdout, stderr }: Streams, json: boolean): Output {
  const live = stderr.isTTY === true && !json;
  let drawn = false;
  const clear = (): void => {
    if (drawn) stderr.write("\r\u001b[K");
    drawn = false;
  };
  return {
    json,
    live,
    result(value, render) {
      clear();
      stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : render());
    },
    item(value, text) {
      clear();
      stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
    },
    note(text) {
      clear();
      if (!json) stderr.write(`${text}\n`);
    },
    status(text) {
      if (!live) return;
      const width = (stderr.columns ?? 80) - 1;
      stderr.write(`\r\u001b[K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
      drawn = true;
    },
    end: clear,
    style: (style, text) => (stderr.isTTY === true ? styleText(style, text, { stream: process.stderr }) : text),
  };
}
