export { packageChaincodeService, packageId, parseChaincodePackage } from "./chaincode/package.ts";
export type { ChaincodeConnection, ChaincodePackage } from "./chaincode/package.ts";
export type { BlockRequest } from "./clients/block-stream.ts";
export { NodeChannel } from "./clients/channel.ts";
export type { NodeAddress } from "./clients/channel.ts";
export { discoverPeers } from "./clients/discovery.ts";
export type { DiscoveredPeer } from "./clients/discovery.ts";
export { GatewayClient } from "./clients/gateway.ts";
export type { GatewayRequest, SubmittedTransaction } from "./clients/gateway.ts";
export { OrdererClient } from "./clients/orderer.ts";
export { ParticipationClient } from "./clients/participation.ts";
export type { AdminAddress, ParticipatingChannel } from "./clients/participation.ts";
export { PeerClient } from "./clients/peer.ts";
export type { ChannelInfo, CommittedChaincode, Endorsed, InstalledChaincode, TransactionOutcome } from "./clients/peer.ts";
export {
  atomicBroadcastService,
  chaincodeService,
  chaincodeSupportService,
  deliverService,
  endorserService,
  gatewayService,
  MAX_MESSAGE_BYTES,
} from "./clients/services.ts";
export { adoptElements, differingElements } from "./config/adopt-elements.ts";
export type { ElementPlace } from "./config/adopt-elements.ts";
export { channelCertificates } from "./config/certificates.ts";
export type { ChannelCertificate, ChannelCertificateUse } from "./config/certificates.ts";
export { ChannelBundle } from "./config/bundle.ts";
export type { ChannelCapabilities } from "./config/capabilities.ts";
export { configFault } from "./config/values.ts";
export { computeConfigUpdate } from "./config/compute-update.ts";
export { consenterAddresses, withConsenters } from "./config/consenters.ts";
export { consenterCertificates, withConsenterCertificates } from "./config/consenter-certificates.ts";
export type { ConsenterCertificates } from "./config/consenter-certificates.ts";
export { describeChannel, judgeMember } from "./config/describe-channel.ts";
export type { ChannelDescription, DescribedOrganization, MemberVerdict } from "./config/describe-channel.ts";
export { configFromBlock } from "./config/from-block.ts";
export type { BlockConfig } from "./config/from-block.ts";
export { createChannelGroup, createGenesisBlock } from "./config/genesis.ts";
export { consensusState, withBft, withMaintenance } from "./config/migrate-consensus.ts";
export type { ConsensusState } from "./config/migrate-consensus.ts";
export { bftQuorum } from "./config/orderer-group.ts";
export type { BatchLimits, OrdererSettings } from "./config/orderer-settings.ts";
export { revocationListsOf, withRevocationLists } from "./config/organization-msp.ts";
export { ConfigUpdateError, proposeConfigUpdate } from "./config/propose-update.ts";
export { rehearseConfigUpdate } from "./config/rehearse-update.ts";
export { createConfigUpdateEnvelope, signConfigUpdate } from "./config/sign-update.ts";
export type {
  ApplicationOrganization,
  BatchSpec,
  ChannelSpec,
  ConsenterSpec,
  Endpoint,
  OrdererOrganization,
  RaftTiming,
} from "./config/spec.ts";
export { sha256 } from "./crypto/hash.ts";
export { createLocalSigner, generateKeyPair, verifySignature } from "./crypto/keys.ts";
export type { LocalSigner, Signer } from "./crypto/keys.ts";
export { fabricErrors } from "./errors.ts";
export {
  approveArgs,
  commitArgs,
  describeEndorsementPolicy,
  endorsementPolicyBytes,
  installArgs,
  readinessArgs,
} from "./lifecycle/definition.ts";
export type { ChaincodeDefinitionSpec } from "./lifecycle/definition.ts";
export { buildMspConfig } from "./msp/config.ts";
export type { MspDefinition } from "./msp/config.ts";
export { IdentityError } from "./msp/errors.ts";
export type { Identity } from "./msp/identity.ts";
export { MspManager } from "./msp/manager.ts";
export { Msp } from "./msp/msp.ts";
export { createLocalSigningIdentity, createSigningIdentity, serializeIdentity } from "./msp/signing-identity.ts";
export type { LocalSigningIdentity, SigningIdentity } from "./msp/signing-identity.ts";
export { PolicyError } from "./policy/evaluator.ts";
export type { PolicyEvaluator, SignedData } from "./policy/evaluator.ts";
export { PolicyManager } from "./policy/manager.ts";
export { configPolicyCombinations, signatureCombinations } from "./policy/principal-sets.ts";
export type { OrganizationCombination } from "./policy/principal-sets.ts";
export { createSignaturePolicy } from "./policy/signature.ts";
export { formatSignaturePolicy, parseSignaturePolicy } from "./policy/text.ts";
export {
  blockDataHash,
  blockHeaderBytes,
  blockHashes,
  lastConfigOf,
  blockHeaderHash,
  BlockSlot,
  buildBlock,
  encodeBlock,
  signBlock,
  signBlockBft,
} from "./protocol/blocks.ts";
export type { BftConsenter, OrdererStatement } from "./protocol/blocks.ts";
export { createEnvelope, createSeekEnvelope, signPayload } from "./protocol/envelopes.ts";
export type { SeekPoint, SeekRange } from "./protocol/envelopes.ts";
export { encodeFields } from "./protocol/fields.ts";
export type { LengthDelimitedField } from "./protocol/fields.ts";
export { computeTxId, createHeader, createNonce, createSignatureHeader } from "./protocol/headers.ts";
export { createProposal, proposalHash, signProposal } from "./protocol/proposals.ts";
export type { Proposal, ProposalRequest } from "./protocol/proposals.ts";
export { createTransactionPayload, readTransactionResponse } from "./protocol/transactions.ts";
export { verifyBlock, verifyBlockSignaturesAside } from "./protocol/verify-block.ts";
export { createCertificateAuthority, openCertificateAuthority } from "./x509/authority.ts";
export type { AuthorityOptions, CertificateAuthority, IdentityRole, IssuedIdentity, IssueRequest } from "./x509/authority.ts";
export {
  createOrganizationMaterial,
  issueNodes,
  issueUser,
  organizationMsp,
  renewMembers,
  revokeMembers,
} from "./material/organization.ts";
export type { AuthorityMaterial, MemberMaterial, OrganizationMaterial, OrganizationSpec } from "./material/organization.ts";
export { mspFiles, organizationTree, tlsFiles, writeTree } from "./material/tree.ts";
export type { TreeFile, TreeKind } from "./material/tree.ts";
