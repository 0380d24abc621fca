import { createLocalSigningIdentity, PeerClient, type LocalSigningIdentity, type NodeAddress } from "@heddle/fabric";
import type { NodePlace } from "@heddle/runtimes";
import type { ImportSource, SourceIdentity, SourceNode } from "./source.ts";

const { createConnection } = process.getBuiltinModule("node:net");
const DIAL_TIMEOUT_MS = 3000;

/** How a node is dialled: through a proxy or not, with TLS or not. `roots` are those of its organisation, PEM. */
export function addressOf(node: Pick<NodePlace, "host" | "grpc" | "name" | "reach">, roots: string): NodeAddress {
  const { plaintext, tlsName = node.name, authority } = node.reach ?? {};
  return {
    address: `${node.host}:${node.grpc}`,
    tlsRootPem: roots,
    ...(plaintext === true ? { plaintext } : {}),
    ...(plaintext === true || tlsName === node.host ? {} : { hostname: tlsName }),
    ...(authority === undefined ? {} : { authority }),
  };
}

/** A client of a peer that a source names. */
export function peerClient(source: ImportSource, node: SourceNode): PeerClient {
  return new PeerClient(sourceAddress(source, node));
}

/** How a node of a source is dialled. */
export function sourceAddress({ organizations }: ImportSource, node: SourceNode): NodeAddress {
  const organization = organizations.find(({ mspId }) => mspId === node.mspId);
  const roots = [...new Set([...node.tlsAuthorities, ...(organization?.tlsAuthorities ?? [])])];
  return addressOf({ host: node.host, grpc: node.port, name: node.name, reach: node.reach }, roots.join(""));
}

/** An identity of a source, as one that signs. */
export function signerOf({ mspId, certificatePem, privateKeyPem }: SourceIdentity): LocalSigningIdentity {
  return createLocalSigningIdentity(mspId, certificatePem, privateKeyPem);
}

/** Whether something takes connections at an address. */
export function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: DIAL_TIMEOUT_MS });
    const end = (found: boolean) => (): void => {
      socket.destroy();
      resolve(found);
    };
    socket.on("connect", end(true));
    socket.on("error", end(false));
    socket.on("timeout", end(false));
  });
}
