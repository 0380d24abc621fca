import { create, toBinary } from "@bufbuild/protobuf";
import { msp } from "../wire.ts";

/** What defines an organisation's MSP; all certificates PEM. */
export interface MspDefinition {
  readonly mspId: string;
  readonly rootCerts: readonly string[];
  readonly intermediateCerts?: readonly string[];
  readonly tlsRootCerts: readonly string[];
  readonly tlsIntermediateCerts?: readonly string[];
  readonly admins?: readonly string[];
  readonly revocationLists?: readonly string[];
  /** Whether roles come from organisational units; true unless said otherwise. */
  readonly nodeOus?: boolean;
}

const bytes = (pems: readonly string[] | undefined): Uint8Array[] => (pems ?? []).map((pem) => Buffer.from(pem));

/** The MSPConfig that goes into a channel configuration (Fabric: msp/configbuilder.go). */
export function buildMspConfig(definition: MspDefinition): msp.MSPConfig {
  // An organisational unit without a certificate stands for any CA of the MSP.
  const unit = (name: string): msp.FabricOUIdentifier => create(msp.FabricOUIdentifierSchema, { organizationalUnitIdentifier: name });
  const inner = create(msp.FabricMSPConfigSchema, {
    name: definition.mspId,
    rootCerts: bytes(definition.rootCerts),
    intermediateCerts: bytes(definition.intermediateCerts),
    admins: bytes(definition.admins),
    revocationList: bytes(definition.revocationLists),
    cryptoConfig: { signatureHashFamily: "SHA2", identityIdentifierHashFunction: "SHA256" },
    tlsRootCerts: bytes(definition.tlsRootCerts),
    tlsIntermediateCerts: bytes(definition.tlsIntermediateCerts),
  });
  if (definition.nodeOus ?? true) {
    inner.fabricNodeOus = create(msp.FabricNodeOUsSchema, {
      enable: true,
      clientOuIdentifier: unit("client"),
      peerOuIdentifier: unit("peer"),
      adminOuIdentifier: unit("admin"),
      ordererOuIdentifier: unit("orderer"),
    });
  }
  return create(msp.MSPConfigSchema, { type: 0, config: toBinary(msp.FabricMSPConfigSchema, inner) });
}
