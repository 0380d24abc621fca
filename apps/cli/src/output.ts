import { styleText } from "node:util";
import type { Streams } from "./program.ts";

type Style = Parameters<typeof styleText>[0];

/** Colours a text for one of the streams; leaves it plain where that is no terminal, or NO_COLOR is set. */
export type Paint = (style: Style, text: string) => string;

/** What a command says: results on standard output, everything else on standard error. */
export interface Output {
  readonly json: boolean;
  /** Whether standard error is a terminal that can redraw a line. */
  readonly live: boolean;
  /** The result: the value as JSON, or what `render` makes of it. */
  result(value: unknown, render: (paint: Paint) => string): void;
  /** One more line of a result that is a stream: the value as a JSON line, or the text. */
  item(value: unknown, text: string): void;
  /** A remark for a person; not written where JSON was asked for. */
  note(text: string): void;
  /** Replaces the line at the bottom of a terminal; nothing elsewhere. */
  status(text: string): void;
  /** Takes the line at the bottom away. */
  end(): void;
  /** Colours what goes to standard error. */
  readonly paint: Paint;
}

/** Columns of a terminal that does not tell. */
const COLUMNS = 80;

/** Output on two streams. */
export function createOutput({ stdout, stderr }: Streams, json: boolean): Output {
  const live = stderr.isTTY === true && !json && process.env["TERM"] !== "dumb";
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
      stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : render(painter(stdout)));
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
      const width = (stderr.columns === undefined || stderr.columns < 20 ? COLUMNS : stderr.columns) - 1;
      stderr.write(`\r\u001b[K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
      drawn = true;
    },
    end: clear,
    paint: painter(stderr),
  };
}

function painter(stream: Streams["stdout"]): Paint {
  return (style, text) => styleText(style, text, { stream });
}
