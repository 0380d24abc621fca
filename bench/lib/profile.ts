// Reads a V8 CPU profile: where the main thread's time went, by what the code is for.
import { readFileSync } from "node:fs";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds between samples. */
  readonly timeDeltas: readonly number[];
}

/** What code is for, by where it stands; the first that fits the frame nearest to the sample. */
const AREAS: ReadonlyArray<readonly [area: string, pattern: RegExp]> = [
  ["signatures", /^node:internal\/crypto\/(sig|keys)/],
  ["hashes", /^node:internal\/crypto\/hash/],
  ["SQLite, the disk's part included", /devnet\/src\/ledger\/sqlite-/],
  ["protobuf", /@bufbuild\/protobuf/],
  [
    "gRPC, HTTP/2, TLS, sockets",
    /@grpc\/grpc-js|^node:internal\/(http2|streams|stream_base|js_stream)|^node:_?(tls|net)|^node:internal\/tls/,
  ],
  ["Heddle: gateway and endorser", /devnet\/src\/(gateway|endorser|simulation|definitions|lifecycle|front)/],
  ["Heddle: chaincode stream", /devnet\/src\/chaincode/],
  ["Heddle: orderer, validation, ledger", /devnet\/src/],
  ["Heddle: identities, policies, formats", /fabric\/src/],
];

/** What the profiler calls time outside JavaScript. */
const NATIVE: ReadonlyMap<string, string> = new Map([
  ["(garbage collector)", "garbage collection"],
  ["(program)", "native code outside JavaScript"],
]);

/** Busy seconds by area, of the part of the profile between two shares of its length. Idle time is left out. */
export function busySeconds(file: string, from: number, to: number): Map<string, number> {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8")) as Profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)));
  const areas = new Map<number, string>();
  const areaOf = (id: number): string => {
    const known = areas.get(id);
    if (known !== undefined) return known;
    const frame = byId.get(id)?.callFrame;
    const parent = parents.get(id);
    const own =
      frame === undefined ? undefined : (NATIVE.get(frame.functionName) ?? AREAS.find(([, pattern]) => pattern.test(frame.url))?.[0]);
    const area = own ?? (parent === undefined ? "Node.js itself" : areaOf(parent));
    areas.set(id, area);
    return area;
  };
  const length = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const busy = new Map<string, number>();
  let at = 0;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    if (at < from * length || at > to * length || byId.get(id)?.callFrame.functionName === "(idle)") continue;
    busy.set(areaOf(id), (busy.get(areaOf(id)) ?? 0) + delta / 1e6);
  }
  return busy;
}
