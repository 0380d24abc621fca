import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  computeConfigUpdate,
  configFromBlock,
  createConfigUpdateEnvelope,
  createLocalSigningIdentity,
  createProposal,
  createSeekEnvelope,
  createTransactionPayload,
  openCertificateAuthority,
  signPayload,
  signProposal,
  type LocalSigningIdentity,
  type SeekRange,
} from "@heddle/fabric";
import { common, orderer, type peer } from "@heddle/fabric/wire";
import type { TestNetwork } from "../../support/network.ts";

/** Marshaled envelope bytes. */
export function envelopeBytes(envelope: common.Envelope): Buffer {
  return Buffer.from(toBinary(common.EnvelopeSchema, envelope));
}

/** A transaction of the good contract, with the endorsements of these organisations. */
export async function endorsedPayload(network: TestNetwork, organizations: ReadonlyArray<1 | 2>, key = "hostile"): Promise<Uint8Array> {
  const { user } = network.organization(1);
  const proposal = createProposal({ channelId: "trade", chaincode: "basic", args: ["put", key, "evil"] }, user.serialized);
  const signed = await signProposal(proposal, user);
  const responses: peer.ProposalResponse[] = [];
  for (const number of organizations) responses.push(await network.organization(number).client.processProposal(signed));
  return createTransactionPayload(proposal.bytes, responses);
}

/** An update of the channel's batch size, with the consent of these administrators. */
export async function configUpdate(
  network: TestNetwork,
  signers: readonly LocalSigningIdentity[],
  sender: LocalSigningIdentity,
): Promise<common.Envelope> {
  const { client, admin } = network.organization(1);
  const { config } = configFromBlock(await client.configBlock("trade", admin));
  const wanted = fromBinary(common.ConfigSchema, toBinary(common.ConfigSchema, config));
  const group = wanted.channelGroup?.groups["Orderer"];
  if (group === undefined) throw new Error("no orderer group");
  const value = toBinary(
    orderer.BatchSizeSchema,
    create(orderer.BatchSizeSchema, { maxMessageCount: 7, absoluteMaxBytes: 1000, preferredMaxBytes: 1000 }),
  );
  group.values["BatchSize"] = create(common.ConfigValueSchema, { value, modPolicy: "Admins" });
  return createConfigUpdateEnvelope(computeConfigUpdate("trade", config, wanted), signers, sender);
}

/** Signed envelope bytes over a payload. */
export async function signedEnvelope(payload: Uint8Array, identity: LocalSigningIdentity): Promise<Buffer> {
  return envelopeBytes(await signPayload(payload, identity));
}

/** Signed SeekInfo bytes. */
export async function seekEnvelope(range: SeekRange, identity: LocalSigningIdentity, channelId = "trade"): Promise<Buffer> {
  return envelopeBytes(await createSeekEnvelope(channelId, range, identity));
}

/** Members that nobody should listen to: of a foreign CA, of no known MSP, expired, and one whose key is another's. */
export async function impostors(
  network: TestNetwork,
): Promise<Record<"foreign" | "unknown" | "expired" | "keyOfAnother", LocalSigningIdentity>> {
  const { material, user } = network.organization(1);
  const two = network.organization(2);
  const issue = async (
    ca: { certificatePem: string; privateKeyPem: string },
    mspId: string,
    period: { notBefore?: Date; notAfter?: Date } = {},
  ) => {
    const issued = await openCertificateAuthority(ca.certificatePem, ca.privateKeyPem).issue({
      commonName: "app",
      role: "client",
      usage: "sign",
      ...period,
    });
    return createLocalSigningIdentity(mspId, issued.certificatePem, issued.privateKeyPem);
  };
  const other = await issue(material.ca, "Org1MSP");
  return {
    foreign: await issue(two.material.ca, "Org1MSP"),
    unknown: await issue(material.ca, "Org9MSP"),
    expired: await issue(material.ca, "Org1MSP", { notAfter: new Date(Date.now() - 1000) }),
    keyOfAnother: { ...user, sign: (message) => other.sign(message), signSync: (message) => other.signSync(message) },
  };
}
