import { defineErrors } from "@heddle/network/errors";

/** Errors of `@heddle/fabric`, by stable code. */
export const fabricErrors = defineErrors({
  FABRIC_KEY_INVALID: {
    status: 422,
    message: "the private key cannot be used: {reason}",
    next: "Give a PEM encoded ECDSA P-256, P-384, P-521 or Ed25519 private key without a passphrase.",
  },
  FABRIC_CERTIFICATE_INVALID: {
    status: 422,
    message: "the certificate cannot be used: {reason}",
    next: "Give exactly one PEM encoded X.509 certificate.",
  },
  FABRIC_POLICY_INVALID: {
    status: 422,
    message: "the endorsement policy is not valid at character {position}: {reason}",
    next: "Write it like AND('Org1MSP.peer', OR('Org2MSP.member', 'Org3MSP.admin')) or OutOf(2, 'Org1MSP.peer', ...).",
  },
  FABRIC_CONFIG_INVALID: {
    status: 422,
    message: "the channel configuration is not valid: {reason}",
    next: "Compare it with a configuration that Fabric accepts; the message names the element.",
  },
  FABRIC_CONFIG_UPDATE_REFUSED: {
    status: 409,
    message: "the configuration update was refused: {reason}",
    next: "Fetch the current configuration, compute the update again and collect the signatures its policy asks for.",
  },
  FABRIC_BLOCK_INVALID: {
    status: 422,
    message: "the block is not valid: {reason}",
    next: "Fetch the block again from a peer or orderer you trust.",
  },
  FABRIC_PROPOSAL_INVALID: {
    status: 422,
    message: "the proposal or its endorsement is not valid: {reason}",
    next: "Make the proposal again and hand over its bytes and the peers' answers as they are.",
  },
  FABRIC_ENDORSEMENTS_DIFFER: {
    status: 409,
    message: "the peers endorsed different results of transaction {txId}",
    next: "Chaincode has to give every peer the same result: no time, no randomness, no order of a map, and the same version everywhere. If it does, a peer was behind; try again.",
  },
  FABRIC_PACKAGE_INVALID: {
    status: 422,
    message: "the chaincode package is not valid: {reason}",
    next: "Make the package again with `peer lifecycle chaincode package` or with Heddle.",
  },
  FABRIC_UNREACHABLE: {
    status: 502,
    message: "{address} cannot be reached: {reason}",
    next: "Check with `heddle doctor NETWORK` that the node runs and that the TLS root certificate belongs to it.",
  },
  FABRIC_REFUSED: {
    status: 409,
    message: "{address} refused the request: {reason}",
    next: "The text is Fabric's own; the log of the node says more.",
  },
  FABRIC_TIMEOUT: {
    status: 504,
    message: "{address} did not answer in time: {reason}",
    next: "Check the log of the node, then try again.",
  },
  FABRIC_TRANSACTION_INVALID: {
    status: 409,
    message: "transaction {txId} was committed in block {block} as invalid: {code}",
    next: "Nothing was changed. MVCC_READ_CONFLICT and PHANTOM_READ_CONFLICT can be submitted again; for others read the code's meaning in Fabric's documentation.",
  },
});
