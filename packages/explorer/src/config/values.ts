import { X509Certificate } from "node:crypto";
import { fromBinary, toJson, type DescMessage } from "@bufbuild/protobuf";
import { common, etcdraft, msp, orderer, peer, smartbft } from "@heddle/fabric/wire";
import { commonName } from "../decode/creators.ts";
import { viewBytes } from "../detail/bytes.ts";

/** Values of a channel configuration whose fields say enough as they are (Fabric: common/channelconfig). */
const plain: Readonly<Record<string, DescMessage>> = {
  HashingAlgorithm: common.HashingAlgorithmSchema,
  BlockDataHashingStructure: common.BlockDataHashingStructureSchema,
  OrdererAddresses: common.OrdererAddressesSchema,
  Consortium: common.ConsortiumSchema,
  BatchSize: orderer.BatchSizeSchema,
  BatchTimeout: orderer.BatchTimeoutSchema,
  ChannelRestrictions: orderer.ChannelRestrictionsSchema,
  Endpoints: common.OrdererAddressesSchema,
  AnchorPeers: peer.AnchorPeersSchema,
};

/** Values that are told in other words than their fields. */
const told: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  Capabilities: (bytes) => Object.keys(fromBinary(common.CapabilitiesSchema, bytes).capabilities).toSorted(),
  ACLs: (bytes) =>
    Object.fromEntries(
      Object.entries(fromBinary(peer.ACLsSchema, bytes).acls)
        .map(([resource, { policyRef }]) => [resource, policyRef] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  MSP: viewMsp,
  ConsensusType: viewConsensus,
  Orderers: (bytes) =>
    fromBinary(common.OrderersSchema, bytes).consenterMapping.map(({ id, host, port, mspId, identity }) => ({
      id,
      address: `${host}:${port}`,
      mspId,
      identity: certificate(identity),
    })),
};

/** The content of a config value for people: JSON. One that is not known, or cannot be read, as bytes. */
export function viewValue(name: string, bytes: Uint8Array): unknown {
  try {
    const tell = told[name];
    if (tell !== undefined) return tell(bytes);
    const schema = plain[name];
    return schema === undefined ? viewBytes(bytes) : toJson(schema, fromBinary(schema, bytes), { alwaysEmitImplicit: true });
  } catch {
    return viewBytes(bytes);
  }
}

/** A certificate by what people compare: who, whose, until when. */
function certificate(pem: Uint8Array): unknown {
  const text = Buffer.from(pem).toString("utf8");
  try {
    const { serialNumber, validToDate, issuer } = new X509Certificate(text);
    return {
      subject: commonName(text),
      issuer: /^CN=(.*)$/m.exec(issuer)?.[1] ?? issuer,
      serial: serialNumber.toLowerCase(),
      notAfter: validToDate.toISOString(),
    };
  } catch {
    return viewBytes(pem);
  }
}

function viewMsp(bytes: Uint8Array): unknown {
  const { type, config } = fromBinary(msp.MSPConfigSchema, bytes);
  if (type !== 0) return { type, config: viewBytes(config) };
  const inner = fromBinary(msp.FabricMSPConfigSchema, config);
  return {
    mspId: inner.name,
    rootCertificates: inner.rootCerts.map(certificate),
    intermediateCertificates: inner.intermediateCerts.map(certificate),
    administrators: inner.admins.map(certificate),
    tlsRootCertificates: inner.tlsRootCerts.map(certificate),
    tlsIntermediateCertificates: inner.tlsIntermediateCerts.map(certificate),
    revocationLists: inner.revocationList.map((list) => viewBytes(list)),
    nodeOus: inner.fabricNodeOus?.enable === true,
  };
}

function viewConsensus(bytes: Uint8Array): unknown {
  const { type, metadata, state } = fromBinary(orderer.ConsensusTypeSchema, bytes);
  return { type, state: orderer.ConsensusType_State[state], ...viewConsensusMetadata(type, metadata) };
}

function viewConsensusMetadata(type: string, metadata: Uint8Array): object {
  if (type === "etcdraft") {
    const { consenters, options } = fromBinary(etcdraft.ConfigMetadataSchema, metadata);
    return {
      consenters: consenters.map(({ host, port, serverTlsCert }) => ({ address: `${host}:${port}`, tls: certificate(serverTlsCert) })),
      ...(options === undefined ? {} : { options: toJson(etcdraft.OptionsSchema, options) }),
    };
  }
  if (type === "BFT") return { options: toJson(smartbft.OptionsSchema, fromBinary(smartbft.OptionsSchema, metadata)) };
  return metadata.length === 0 ? {} : { metadata: viewBytes(metadata) };
}
