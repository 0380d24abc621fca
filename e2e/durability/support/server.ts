// A Heddle server as a process of its own, to be killed by a test. Beside serving it does as it is told over
// IPC: which fault point goes off next, and with which signal. HEDDLE_HOME is its home.
import { enableCompileCache, flushCompileCache } from "node:module";
import path from "node:path";

/** What the test tells. */
interface Arming {
  readonly fault: string | undefined;
  readonly signal: string;
}

const home = process.env["HEDDLE_HOME"] ?? "";
// As the `heddle` command does; written down at once, since this process seldom ends by itself.
enableCompileCache(path.join(home, "cache", "compile"));
const { serve } = await import("@heddle/server");
const server = await serve({ home, port: 0, logFile: path.join(home, "logs", "server.log") });
process.on("message", ({ fault, signal }: Arming) => {
  if (fault === undefined) delete process.env["HEDDLE_FAULT"];
  else process.env["HEDDLE_FAULT"] = fault;
  process.env["HEDDLE_FAULT_SIGNAL"] = signal;
  process.send?.({ armed: fault });
});
const close = (): void => {
  server.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once("SIGTERM", close);
// The test is gone: nobody else would end it.
process.once("disconnect", close);
process.send?.({ url: server.url, token: server.token });
await server.recovered;
flushCompileCache();
