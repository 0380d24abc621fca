import type { Client, Network } from "@heddle/api";
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { argument, optionalArgument, type Invocation } from "../command.ts";
import { asCalled } from "../called.ts";
import { exitCodes } from "../exit-codes.ts";
import { finish } from "../finish.ts";
import { nodeTable } from "../render/nodes.ts";
import { megabytes } from "../render/values.ts";
import { connect, findServer, type Found, type Server } from "../server/connect.ts";
import { homeFolder, logFile } from "../server/home.ts";
import { isDue } from "./certificate-list.ts";
import { nodesOf } from "./network-show.ts";

/** Free space below which a network may not find room, in bytes. */
const LOW_SPACE = 500_000_000;

/** One thing that was looked at, and what to do where it is not well. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly next?: string;
}

/** `heddle doctor`: checks the machine, the server and every network, and changes nothing; or proves one network again. */
export async function run(invocation: Invocation): Promise<number> {
  const { output, signal } = invocation;
  if (optionalArgument(invocation, 0) !== undefined) return prove(invocation);
  const home = homeFolder();
  const found = await findServer(home);
  const findings = [
    { check: "node", ok: true, detail: process.version },
    ...examineHome(home),
    examineServer(found, home),
    ...(found.state === "answers" ? await examineServed(found.server, signal) : []),
  ];
  output.result({ findings }, (paint) =>
    findings
      .map(({ check, ok, detail, next }) => {
        const advice = next === undefined ? "" : `     next: ${asCalled(next)}\n`;
        return `${ok ? paint("green", "ok  ") : paint("red", "FAIL")} ${check}: ${detail}\n${advice}`;
      })
      .join(""),
  );
  return findings.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.failed;
}

async function prove(invocation: Invocation): Promise<number> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const { client } = await connect(output, signal);
  const { nodes } = await client.listNodes({ params: { name } }, { signal });
  output.note(nodeTable(nodes).trimEnd());
  const { operation } = await client.proveNetwork({ params: { name } });
  await finish(invocation, client, operation);
  return exitCodes.ok;
}

function examineHome(home: string): Finding[] {
  if (!existsSync(home)) return [{ check: "home", ok: true, detail: `${home} is not there yet; the server makes it` }];
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    const next = "Give yourself the folder (chown), or set HEDDLE_HOME to another one.";
    return [{ check: "home", ok: false, detail: `${home} cannot be written to`, next }];
  }
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  const low = free <= LOW_SPACE ? { next: "Make room on that file system, or set HEDDLE_HOME to a folder on another one." } : {};
  return [{ check: "home", ok: free > LOW_SPACE, detail: `${home}, ${megabytes(free)} free`, ...low }];
}

function examineServer(found: Found, home: string): Finding {
  if (found.state === "absent") return { check: "server", ok: true, detail: "not running; the next command that needs it starts it" };
  if (found.state === "answers")
    return { check: "server", ok: true, detail: `${found.server.address.url}, process ${found.server.address.pid}` };
  const next = `Look at its log, ${logFile(home)}, and stop it with: heddle down`;
  return { check: "server", ok: false, detail: `process ${found.address.pid} does not answer at ${found.address.url}`, next };
}

/** Certificates that expire within 30 days or have expired, of each network. */
async function examineCertificates(client: Client, networks: readonly Pick<Network, "name">[], signal: AbortSignal): Promise<Finding[]> {
  return Promise.all(
    networks.map(async ({ name }): Promise<Finding> => {
      const { certificates } = await client.listCertificates({ params: { name } }, { signal });
      const due = certificates.filter(isDue);
      const [first] = certificates.filter(({ superseded, revokedAt }) => !superseded && revokedAt === undefined);
      const soonest = first === undefined ? "none yet" : `${certificates.length}, the first to expire on ${first.notAfter.slice(0, 10)}`;
      const detail = due.length === 0 ? soonest : `${due.length} of ${certificates.length} expire within 30 days or have expired`;
      return {
        check: `certificates ${name}`,
        ok: due.length === 0,
        detail,
        ...(due.length === 0 ? {} : { next: `heddle certificate list ${name} --expiring` }),
      };
    }),
  );
}

async function examineServed({ client }: Server, signal: AbortSignal): Promise<Finding[]> {
  const health = await client.health({}, { signal });
  const { networks } = await client.listNetworks({}, { signal });
  return [
    { check: "store", ok: health.status === "ok", detail: health.store },
    ...(await Promise.all(
      networks.map(async ({ name, state }): Promise<Finding> => {
        const nodes = await nodesOf(client, name, signal);
        const down = nodes.filter((node) => node.state !== "running").map((node) => `${node.name} ${node.state}`);
        const ok = state === "ready" && down.length === 0;
        const detail = `${state}, ${down.length === 0 ? `${nodes.length} nodes and chaincodes running` : down.join(", ")}`;
        return { check: `network ${name}`, ok, detail, ...(ok ? {} : { next: `heddle network show ${name}, then heddle logs ${name}` }) };
      }),
    )),
    ...(await examineCertificates(client, networks, signal)),
  ];
}
