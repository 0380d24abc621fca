import type { LogLine, LogRequest } from "../port.ts";
import { readLines } from "../process/log-file.ts";

/** How Fabric's nodes write their log (Fabric: docs/source/logging-control.md): when, how bad, where, what. */
export const LOG_FORMAT = "%{time:2006-01-02T15:04:05.000Z07:00} %{level} [%{module}] %{message}";

/** A line that a node wrote; lines of other origin, such as a stack trace, have no time. */
export function readFabricLine(node: string, line: string): LogLine {
  const [, time = "", text = ""] = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/.exec(line) ?? [];
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? { node, line } : { node, line: text, at };
}

/** A node and its log. */
export interface NodeLog {
  readonly node: string;
  readonly file: string;
}

/** The lines of several nodes: those there are by their time, then those that are added as they come. */
export async function* readNodeLogs(logs: readonly NodeLog[], request: LogRequest): AsyncGenerator<LogLine> {
  const read = ({ node, file }: NodeLog): AsyncGenerator<LogLine> =>
    readLines(file, { ...request, read: (line) => readFabricLine(node, line) });
  if (request.follow) {
    yield* merge(logs.map(read));
    return;
  }
  const lines = await Promise.all(logs.map(async (log) => timed(await all(read(log)))));
  const ordered = lines.flat().toSorted((a, b) => a.time - b.time);
  yield* ordered.slice(Math.max(0, ordered.length - request.tail)).map(({ line }) => line);
}

async function all(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const read: LogLine[] = [];
  for await (const line of lines) read.push(line);
  return read;
}

/** What has no time of its own belongs to the line before it. */
function timed(lines: readonly LogLine[]): Array<{ readonly line: LogLine; readonly time: number }> {
  let time = 0;
  return lines.map((line) => {
    time = line.at?.getTime() ?? time;
    return { line, time };
  });
}

async function* merge(sources: ReadonlyArray<AsyncGenerator<LogLine>>): AsyncGenerator<LogLine> {
  const waiting = new Map(sources.map((source) => [source, next(source)] as const));
  try {
    while (waiting.size > 0) {
      const { source, result } = await Promise.race(waiting.values());
      if (result.done === true) waiting.delete(source);
      else {
        waiting.set(source, next(source));
        yield result.value;
      }
    }
  } finally {
    // Each ends at the request's signal; one that waits for a line cannot be told to return before.
    for (const source of waiting.keys()) void source.return(undefined);
  }
}

async function next(source: AsyncGenerator<LogLine>) {
  return { source, result: await source.next() };
}
