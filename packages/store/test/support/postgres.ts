import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A PostgreSQL for tests. */
export interface TestPostgres {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const PACKAGES = "/usr/lib/postgresql";

/** Debian's folder of server programs, newest version first; `undefined` where none is installed. */
function findPrograms(): string | undefined {
  if (!existsSync(PACKAGES)) return undefined;
  return readdirSync(PACKAGES)
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => path.join(PACKAGES, version, "bin"))
    .find((folder) => existsSync(path.join(folder, "initdb")));
}

/** Why the suite cannot run on PostgreSQL here; `undefined` where it can. */
export function whyNoPostgres(): string | undefined {
  if (process.env["HEDDLE_TEST_POSTGRES_URL"] !== undefined || findPrograms() !== undefined) return undefined;
  return `no HEDDLE_TEST_POSTGRES_URL and no programs in ${PACKAGES}/*/bin`;
}

/** The database of `HEDDLE_TEST_POSTGRES_URL`, or a throw-away cluster of our own on a loopback port. */
export async function startPostgres(): Promise<TestPostgres> {
  const url = process.env["HEDDLE_TEST_POSTGRES_URL"];
  if (url !== undefined) return { url, stop: () => Promise.resolve() };
  const programs = findPrograms();
  if (programs === undefined) throw new Error(whyNoPostgres());
  const folder = await mkdtemp(path.join(tmpdir(), "heddle-pg-"));
  const account = await unprivileged();
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  const data = path.join(folder, "data");
  const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C" };
  await run(path.join(programs, "initdb"), ["-D", data, "-U", "heddle", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"], {
    ...account,
    cwd: folder,
    env,
  });
  const port = await freePort();
  const args = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-c", "fsync=off", "-c", "shared_buffers=16MB"];
  const server = spawn(path.join(programs, "postgres"), args, { ...account, cwd: folder, env, stdio: "ignore" });
  await ready(programs, port, server);
  return {
    url: `postgres://heddle@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; `undefined` where we are not. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => Number((await run("id", [flag, name])).stdout)));
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // The next name may exist.
    }
  }
  throw new Error("no account to run PostgreSQL under");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function ready(programs: string, port: number, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    try {
      await run(path.join(programs, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("postgres did not start");
}
