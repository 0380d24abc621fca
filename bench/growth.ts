// How time to start and memory grow with organisations in a network and with networks on a server.
import { setTimeout as pause } from "node:timers/promises";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import type { Bench, BenchOptions } from "./lib/bench.ts";
import { startServer, timed, type BenchServer } from "./lib/heddle.ts";
import { cpuSeconds, median, residentMiB, table } from "./lib/measure.ts";

interface OrganizationRow {
  readonly organizations: number;
  readonly createSeconds: number;
  readonly startSeconds: number;
  readonly devnetMemory: number;
}

interface NetworkRow {
  readonly networks: number;
  /** Median of one creation, at that many. */
  readonly createSeconds: number;
  /** Mean of a network's process. */
  readonly devnetMemory: number;
  readonly serverMemory: number;
  /** Percent of one core. */
  readonly serverCpu: number;
  readonly devnetsCpu: number;
}

interface GrowthData {
  readonly organizations: readonly OrganizationRow[];
  readonly networks: readonly NetworkRow[];
}

const SETTLE_MS = 5_000;

/** A network without chaincode: its proof is a lifecycle transaction on every peer. */
function networkFile(name: string, organizations: number): NetworkFile {
  const names = Array.from({ length: organizations }, (_, index) => `Org${index + 1}`);
  return validateNetwork({
    apiVersion: "heddle.dev/v1",
    kind: "Network",
    metadata: { name },
    spec: {
      runtime: "embedded",
      organizations: names.map((organization) => ({ name: organization, role: "member" })),
      ordering: { type: "raft", batch: { timeout: "instant" } },
      channels: [{ name: "main", members: names }],
    },
  });
}

async function create(
  { client }: BenchServer,
  name: string,
  organizations: number,
): Promise<{ seconds: number; pid: number; startSeconds: number }> {
  const spec = networkFile(name, organizations);
  const { seconds, operation } = await timed(client, () => client.createNetwork({ body: { spec } }));
  const { nodes } = await client.listNodes({ params: { name } });
  const pid = nodes[0]?.pid;
  if (pid === undefined) throw new Error(`${name} does not say what its process is`);
  const started = operation.steps.find((step) => step.name === "start");
  const span =
    started?.startedAt === undefined || started.finishedAt === undefined
      ? Number.NaN
      : Date.parse(started.finishedAt) - Date.parse(started.startedAt);
  return { seconds, pid, startSeconds: span / 1000 };
}

async function remove({ client }: BenchServer, name: string): Promise<void> {
  await timed(client, () => client.deleteNetwork({ params: { name } }));
}

async function growOrganizations(counts: readonly number[], say: BenchOptions["say"]): Promise<OrganizationRow[]> {
  const server = await startServer();
  const rows: OrganizationRow[] = [];
  try {
    // The first network also loads the server's code.
    await create(server, "first", 1);
    await remove(server, "first");
    for (const organizations of counts) {
      const name = `orgs-${organizations}`;
      const { seconds, pid, startSeconds } = await create(server, name, organizations);
      await pause(SETTLE_MS);
      rows.push({ organizations, createSeconds: seconds, startSeconds, devnetMemory: residentMiB(pid) });
      say(`${organizations} organisations: ${seconds.toFixed(2)} s, ${residentMiB(pid).toFixed(0)} MiB`);
      await remove(server, name);
    }
    return rows;
  } finally {
    await server.stop();
  }
}

async function growNetworks(counts: readonly number[], watchSeconds: number, say: BenchOptions["say"]): Promise<NetworkRow[]> {
  const server = await startServer();
  const rows: NetworkRow[] = [];
  const pids: number[] = [];
  try {
    for (const networks of counts) {
      const seconds: number[] = [];
      while (pids.length < networks) {
        const created = await create(server, `net-${pids.length}`, 1);
        seconds.push(created.seconds);
        pids.push(created.pid);
      }
      await pause(SETTLE_MS);
      const used = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
      const [devnetsBefore, serverBefore] = [used(), cpuSeconds(server.program.pid)];
      await pause(watchSeconds * 1000);
      const row = {
        networks,
        createSeconds: median(seconds.slice(-5)),
        devnetMemory: pids.reduce((sum, pid) => sum + residentMiB(pid), 0) / networks,
        serverMemory: residentMiB(server.program.pid),
        serverCpu: ((cpuSeconds(server.program.pid) - serverBefore) / watchSeconds) * 100,
        devnetsCpu: ((used() - devnetsBefore) / watchSeconds) * 100,
      };
      rows.push(row);
      say(
        `${networks} networks: ${row.createSeconds.toFixed(2)} s each, ${row.devnetMemory.toFixed(0)} MiB each, server ${row.serverMemory.toFixed(0)} MiB ${row.serverCpu.toFixed(1)} %`,
      );
    }
    return rows;
  } finally {
    for (const index of pids.keys()) await remove(server, `net-${index}`);
    await server.stop();
  }
}

export const growth: Bench<GrowthData> = {
  name: "growth",
  title: "Growth: organisations and networks",
  async run({ quick, say }) {
    const organizations = await growOrganizations(quick ? [1, 3] : [1, 5, 20], say);
    const networks = await growNetworks(quick ? [1, 3] : [1, 10, 50], quick ? 2 : 20, say);
    return { organizations, networks };
  },
  render({ organizations, networks }) {
    const perOrganization = table(
      ["organisations, one peer each", "API call to a transaction on every peer, s", "devnet's start within it, s", "devnet RSS MiB"],
      organizations.map((row) => [
        row.organizations,
        row.createSeconds.toFixed(2),
        row.startSeconds.toFixed(2),
        row.devnetMemory.toFixed(0),
      ]),
    );
    const perNetwork = table(
      [
        "networks of one organisation",
        "creating one more, s",
        "RSS of each devnet MiB",
        "RSS of the server MiB",
        "server, % of a core",
        "all devnets, % of a core",
      ],
      networks.map((row) => [
        row.networks,
        row.createSeconds.toFixed(2),
        row.devnetMemory.toFixed(0),
        row.serverMemory.toFixed(0),
        row.serverCpu.toFixed(1),
        row.devnetsCpu.toFixed(1),
      ]),
    );
    return `Networks without chaincode, so that only Heddle's own processes count.\n\n${perOrganization}\n\n${perNetwork}`;
  },
};
