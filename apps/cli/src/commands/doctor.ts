import { statfs } from "node:fs/promises";
import { argument, optionalArgument, type Invocation } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { finish } from "../finish.ts";
import { nodeTable } from "../render/nodes.ts";
import { megabytes } from "../render/values.ts";
import { connect, type Server } from "../server/connect.ts";

/** Free space below which a network may not find room, in bytes. */
const LOW_SPACE = 500_000_000;

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `heddle doctor`: checks the machine and every network, or proves one network again. */
export async function run(invocation: Invocation): Promise<number> {
  const { output, signal } = invocation;
  const server = await connect(output, signal);
  if (optionalArgument(invocation, 0) !== undefined) return prove(invocation, server);
  const findings = await examine(server, signal);
  output.result({ findings }, () => findings.map(({ check, ok, detail }) => `${ok ? "ok  " : "FAIL"} ${check}: ${detail}\n`).join(""));
  return findings.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.failed;
}

async function prove(invocation: Invocation, { client }: Server): Promise<number> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const { nodes } = await client.listNodes({ params: { name } }, { signal });
  output.note(nodeTable(nodes).trimEnd());
  const { operation } = await client.proveNetwork({ params: { name } });
  await finish(invocation, client, operation);
  return exitCodes.ok;
}

async function examine({ client, address, home }: Server, signal: AbortSignal): Promise<Finding[]> {
  const health = await client.health({}, { signal });
  const space = await statfs(home);
  const free = space.bavail * space.bsize;
  const { networks } = await client.listNetworks({}, { signal });
  return [
    { check: "node", ok: true, detail: process.version },
    { check: "server", ok: health.status === "ok", detail: `${address.url}, process ${health.pid}, version ${health.version}` },
    { check: "store", ok: true, detail: health.store },
    { check: "space", ok: free > LOW_SPACE, detail: `${megabytes(free)} free in ${home}` },
    ...(await Promise.all(
      networks.map(async ({ name, state }): Promise<Finding> => {
        const { nodes } = await client.listNodes({ params: { name } }, { signal });
        const down = nodes.filter((node) => node.state !== "running").map((node) => `${node.name} ${node.state}`);
        const detail = down.length === 0 ? `${state}, ${nodes.length} nodes running` : `${state}, ${down.join(", ")}`;
        return { check: `network ${name}`, ok: state === "ready" && down.length === 0, detail };
      }),
    )),
  ];
}
