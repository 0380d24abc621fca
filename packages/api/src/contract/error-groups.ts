/** What a network file may be refused with when it is read. */
export const fileErrors = [
  "NETWORK_FILE_UNREADABLE",
  "NETWORK_FILE_INVALID",
  "NETWORK_FILE_TOO_LARGE",
  "NETWORK_FEATURE_NOT_SUPPORTED",
] as const;

/** What a chaincode to deploy may be refused with. */
export const sourceErrors = [
  "OPERATION_SCENARIO_UNKNOWN",
  "OPERATION_SOURCE_UNUSABLE",
  "OPERATION_LANGUAGE_NOT_SUPPORTED",
  "FABRIC_POLICY_INVALID",
] as const;

/** What a network file may be refused with once it is read: this version, or this machine, cannot run it. */
export const runErrors = [
  ...sourceErrors,
  "RUNTIME_NOT_AVAILABLE",
  "RUNTIME_ONLY_IMPORTS",
  "RUNTIME_TOOLS_MISSING",
  "TOOLCHAIN_VERSION_UNFIT",
  "RUNTIME_PLATFORM_NOT_SUPPORTED",
  "OPERATION_LABEL_TAKEN",
] as const;

/** What a change of a network may be refused with. */
export const changeErrors = [
  "STORE_NETWORK_NOT_FOUND",
  "STORE_NETWORK_BUSY",
  // What an imported network cannot do, and what it could with other identities.
  "OPERATION_IMPORTED",
  "OPERATION_IDENTITY_LACKING",
] as const;

/** What a question about a network that runs may be refused with. */
export const placedErrors = ["STORE_NETWORK_NOT_FOUND", "OPERATION_NETWORK_NOT_PLACED", "RUNTIME_NOT_PREPARED"] as const;

/** As {@link placedErrors}, for one that needs somebody's identity. */
export const identityErrors = [
  ...placedErrors,
  "OPERATION_ORGANIZATION_UNKNOWN",
  "OPERATION_USER_UNKNOWN",
  "OPERATION_IDENTITY_LACKING",
  "OPERATION_TLS_LACKING",
  "STORE_SECRET_NOT_FOUND",
] as const;

/** How a question to a node may end. */
export const nodeErrors = ["FABRIC_REFUSED", "FABRIC_UNREACHABLE", "FABRIC_TIMEOUT"] as const;

/** What a call of a chaincode may be refused with. */
export const callErrors = [
  ...identityErrors,
  ...nodeErrors,
  "OPERATION_CHANNEL_UNKNOWN",
  "OPERATION_CHANNEL_AMBIGUOUS",
  "OPERATION_CHAINCODE_MISSING",
] as const;
