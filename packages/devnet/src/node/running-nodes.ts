import path from "node:path";
import { PackageStore } from "../chaincode/package-store.ts";
import type { DevnetNode } from "../config.ts";
import { devnetErrors } from "../errors.ts";
import type { GatewayNetwork } from "../gateway/registry.ts";
import { orderEnvelope } from "../orderer/broadcast.ts";
import type { Chains } from "./chains.ts";
import { forgetChannel, forgetNode, nodeDirectory } from "./leaving.ts";
import { readMspFolder, readTls } from "./material.ts";
import { startOrderer, type OrdererNode } from "./orderer-node.ts";
import { startPeer, type PeerNode, type SharedServices } from "./peer-node.ts";

/** A node of a running devnet: its name, kind and ports. */
export interface RunningNode {
  readonly name: string;
  readonly kind: "peer" | "orderer";
  readonly ports: Readonly<Record<string, number>>;
}

type Running = { readonly kind: "peer"; readonly node: PeerNode } | { readonly kind: "orderer"; readonly node: OrdererNode };

/** The nodes of a process. They come and go one by one; the others go on serving meanwhile. */
export class RunningNodes {
  readonly #shared: SharedServices;
  readonly #chains: Chains;
  readonly #running = new Map<string, Running>();
  /** What peers of a network in memory have installed: nothing else keeps it while one of them starts again. */
  readonly #packages = new Map<string, PackageStore>();
  readonly #network: GatewayNetwork;

  constructor(shared: SharedServices, chains: Chains, endorsementTimeoutMs: number) {
    this.#shared = shared;
    this.#chains = chains;
    this.#network = {
      endorsementTimeoutMs,
      peers: (channelId) => this.#peers().filter(({ context }) => context.channels.has(channelId)),
      expectations: (channelId) => chains.get(channelId)?.expected,
      orderers: (channelId) =>
        chains
          .members(channelId)
          .map(({ address, mspId }) => ({ address, mspId, submit: (envelope) => orderEnvelope(envelope, (id) => chains.get(id)) })),
    };
  }

  #peers(): PeerNode[] {
    return [...this.#running.values()].flatMap((one) => (one.kind === "peer" ? [one.node] : []));
  }

  /** The nodes that serve, orderers first. */
  list(): RunningNode[] {
    const all = [...this.#running].map(([name, { kind, node }]) => ({ name, kind, ports: node.ports }));
    return [...all.filter(({ kind }) => kind === "orderer"), ...all.filter(({ kind }) => kind === "peer")];
  }

  /** Starts a node unless it serves already; it takes part in the channels that it had joined. Throws DEVNET_NODE_FAILED. */
  async start(node: DevnetNode): Promise<void> {
    if (this.#running.has(node.name)) return;
    this.#running.set(node.name, await naming(node, () => this.#open(node)));
  }

  async #open(node: DevnetNode): Promise<Running> {
    if (node.kind === "orderer") return { kind: node.kind, node: await startOrderer(node, this.#shared, this.#chains) };
    return { kind: node.kind, node: await startPeer(node, this.#shared, this.#network, await this.#packagesOf(node.name)) };
  }

  async #packagesOf(name: string): Promise<PackageStore> {
    const folder = nodeDirectory(this.#shared, name);
    if (folder !== undefined) return PackageStore.open(path.join(folder, "packages"));
    const packages = this.#packages.get(name) ?? (await PackageStore.open(undefined));
    this.#packages.set(name, packages);
    return packages;
  }

  /**
   * Ends a node and starts it again with its files and configuration as they are now. What it needs is read before it
   * ends, so that one whose files are wrong goes on as it was. Throws DEVNET_NODE_FAILED.
   */
  async restart(node: DevnetNode): Promise<void> {
    await naming(node, async () => {
      readMspFolder(node.mspId, node.msp);
      readTls(node.tls);
    });
    await this.stop(node.name);
    await this.start(node);
  }

  /** Ends a node for good: its channels, its packages and its files go. Nothing happens where it is gone already. */
  async drop(name: string): Promise<void> {
    await this.stop(name);
    forgetNode(this.#shared, name);
    this.#packages.delete(name);
  }

  /** Ends a node; what it keeps stays. */
  async stop(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined) return;
    // Before its connections go, so that no gateway chooses it any more.
    this.#running.delete(name);
    await running.node.close();
  }

  /** Takes a channel off those of the peers that have joined it (Fabric: peer node unjoin). */
  leave(names: readonly string[], channelId: string): void {
    for (const { context } of this.#peers().filter((peer) => names.includes(peer.context.name))) context.leaveChannel(channelId);
    forgetChannel(this.#shared, names, channelId);
  }

  /** Ends every node; what they keep stays. */
  async close(): Promise<void> {
    const ending = [...this.#running.values()].map(({ node }) => node.close());
    this.#running.clear();
    await Promise.all(ending);
  }
}

async function naming<Result>({ name }: DevnetNode, start: () => Promise<Result>): Promise<Result> {
  try {
    return await start();
  } catch (cause) {
    throw devnetErrors.create(
      "DEVNET_NODE_FAILED",
      { node: name, reason: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
}
