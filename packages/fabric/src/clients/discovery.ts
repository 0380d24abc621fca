import { createHash, X509Certificate } from "node:crypto";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import { discovery, gossip, msp } from "../wire.ts";
import { createCertificateAuthority } from "../x509/authority.ts";
import { NodeChannel, type NodeAddress } from "./channel.ts";
import { discoveryService } from "./services.ts";

const TIMEOUT_MS = 15_000;

/** A peer, as the one that was asked knows it. */
export interface DiscoveredPeer {
  readonly mspId: string;
  /** `host:port`, as the peer itself makes it known. */
  readonly endpoint: string;
}

/**
 * The peers of a channel that a peer knows of, of all organisations (Fabric: discovery/service.go). One that no longer lives
 * is not among them. Throws `FABRIC_REFUSED` where the identity may not ask, `FABRIC_UNREACHABLE` and `FABRIC_TIMEOUT`.
 */
export async function discoverPeers(node: NodeAddress, channel: string, identity: SigningIdentity): Promise<DiscoveredPeer[]> {
  // A peer with TLS ties a request to the certificate of the connection it comes by, whoever has issued that.
  const clientTls = node.plaintext === true ? undefined : (node.clientTls ?? (await passingCertificate()));
  using connection = new NodeChannel({ ...node, ...(clientTls === undefined ? {} : { clientTls }) });
  const clientTlsCertHash =
    clientTls === undefined
      ? new Uint8Array()
      : Uint8Array.from(createHash("sha256").update(new X509Certificate(clientTls.certificatePem).raw).digest());
  const request = create(discovery.RequestSchema, {
    authentication: { clientIdentity: identity.serialized, clientTlsCertHash },
    queries: [{ channel, query: { case: "peerQuery", value: create(discovery.PeerMembershipQuerySchema) } }],
  });
  const payload = toBinary(discovery.RequestSchema, request);
  const signed = create(discovery.SignedRequestSchema, { payload, signature: await identity.sign(payload) });
  const { results } = await connection.call(discoveryService.discover, signed, TIMEOUT_MS);
  const [answer] = results;
  const refused = (reason: string): Error => fabricErrors.create("FABRIC_REFUSED", { address: node.address, reason });
  if (answer?.result.case === "error") throw refused(answer.result.value.content);
  if (answer?.result.case !== "members") throw refused("its answer names no peers");
  return Object.values(answer.result.value.peersByOrg).flatMap(({ peers }) => peers.flatMap(readPeer));
}

async function passingCertificate(): Promise<{ readonly certificatePem: string; readonly privateKeyPem: string }> {
  const authority = await createCertificateAuthority({ commonName: "heddle", organization: "heddle" });
  return authority.issue({ commonName: "heddle", role: "client", usage: "tls" });
}

/** A peer that has told nobody where it answers is left out. */
function readPeer({ identity, membershipInfo }: discovery.Peer): DiscoveredPeer[] {
  const { content } = fromBinary(gossip.GossipMessageSchema, membershipInfo?.payload ?? new Uint8Array());
  const endpoint = content.case === "aliveMsg" ? content.value.membership?.endpoint : undefined;
  if (endpoint === undefined || endpoint === "") return [];
  return [{ mspId: fromBinary(msp.SerializedIdentitySchema, identity).mspid, endpoint }];
}
