import { isDeepStrictEqual } from "node:util";
import { GatewayClient, OrdererClient, ParticipationClient, PeerClient, type NodeAddress, type OrganizationMaterial } from "@heddle/fabric";
import type { NetworkPlace, NodePlace } from "@heddle/runtimes";
import { addressOf } from "../import/dial.ts";
import type { Identities } from "./identities.ts";

/** Connections to the nodes of one network, opened when needed and kept until closed. */
export class Connections implements Disposable {
  readonly place: NetworkPlace;
  readonly identities: Identities;
  readonly #open = new Map<string, Promise<Disposable>>();

  constructor(place: NetworkPlace, identities: Identities) {
    this.place = place;
    this.identities = identities;
  }

  /** Connections when nodes have come or gone. Those to nodes that are where they were are the very same, also for who still uses them. */
  moved(place: NetworkPlace): Connections {
    const next = new Connections(place, this.identities);
    for (const [key, client] of this.#open) {
      const isOf = ({ name }: NodePlace): boolean => key.endsWith(` ${name}`);
      if (isDeepStrictEqual(this.place.nodes.find(isOf), place.nodes.find(isOf))) next.#open.set(key, client);
      else dispose(client);
    }
    return next;
  }

  /** Peers of an organisation, in the order of the file. */
  peersOf(organization: string): NodePlace[] {
    return this.place.nodes.filter((node) => node.kind === "peer" && node.organization === organization);
  }

  get orderers(): NodePlace[] {
    return this.place.nodes.filter(({ kind }) => kind === "orderer");
  }

  async #address(node: NodePlace): Promise<NodeAddress> {
    const { tlsCa } = await this.identities.organization(node.organization);
    return addressOf(node, tlsCa.certificatePem);
  }

  #client<Client extends Disposable>(kind: string, node: NodePlace, make: (address: NodeAddress) => Client): Promise<Client> {
    const key = `${kind} ${node.name}`;
    const known = this.#open.get(key);
    // The key names the kind, so what is kept under it is of that kind.
    if (known !== undefined) return known as Promise<Client>;
    const opened = this.#address(node).then(make);
    this.#open.set(key, opened);
    return opened;
  }

  peer(node: NodePlace): Promise<PeerClient> {
    return this.#client("peer", node, (address) => new PeerClient(address));
  }

  gateway(node: NodePlace): Promise<GatewayClient> {
    return this.#client("gateway", node, (address) => new GatewayClient(address));
  }

  orderer(node: NodePlace): Promise<OrdererClient> {
    return this.#client("orderer", node, (address) => new OrdererClient(address));
  }

  /** An orderer's administration, as its organisation's administrator. */
  async participation(node: NodePlace): Promise<ParticipationClient> {
    const material: OrganizationMaterial = await this.identities.organization(node.organization);
    const [admin] = material.users;
    if (admin === undefined) throw new RangeError(`${node.organization} has no administrator`);
    return new ParticipationClient({
      address: `${node.host}:${node.admin ?? 0}`,
      tlsRootPem: material.tlsCa.certificatePem,
      hostname: node.name,
      clientTls: admin.tls,
    });
  }

  close(): void {
    for (const client of this.#open.values()) dispose(client);
    this.#open.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function dispose(client: Promise<Disposable>): void {
  client.then(
    (one) => one[Symbol.dispose](),
    () => undefined,
  );
}
