import { defineErrors } from "@heddle/network";

/** Errors of the kinds of operation and the services, by stable code. */
export const operationErrors = defineErrors({
  OPERATION_CHANGE_NOT_SUPPORTED: {
    status: 501,
    message: "{count} of the changes cannot be made to a running network in this version, the first: {first}",
    next: "Change only chaincodes, or delete the network and create it again from the new file.",
  },
  OPERATION_CHAINCODE_MISSING: {
    status: 404,
    message: "network {network} has no chaincode {chaincode}",
    next: "See what is deployed with `heddle chaincode list {network}`, or deploy it.",
  },
  OPERATION_CHANNEL_UNKNOWN: {
    status: 404,
    message: "network {network} has no channel {channel}",
    next: "See the channels with `heddle network show {network}`.",
  },
  OPERATION_CHANNEL_AMBIGUOUS: {
    status: 422,
    message: "chaincode {chaincode} is on several channels: {channels}",
    next: "Name one with --channel.",
  },
  OPERATION_ORGANIZATION_UNKNOWN: {
    status: 404,
    message: "network {network} has no organisation {organization} here",
    next: "See the organisations with `heddle network show {network}`.",
  },
  OPERATION_USER_UNKNOWN: {
    status: 404,
    message: "organisation {organization} has no user {user}",
    next: "Use Admin, or one of the users in the network file: {users}.",
  },
  OPERATION_NETWORK_NOT_PLACED: {
    status: 409,
    message: "network {network} is not running: it was never prepared, or is being deleted",
    next: "Wait for its operation to end, or retry it (`heddle operations list`).",
  },
  OPERATION_SCENARIO_UNKNOWN: {
    status: 422,
    message: "there is no scenario {scenario}",
    next: "The scenarios are the folders under scenarios/: {known}.",
  },
  OPERATION_SOURCE_UNUSABLE: {
    status: 422,
    message: "the chaincode source {source} cannot be used: {reason}",
    next: "Give the absolute path of a folder with a package.json whose dependencies are installed.",
  },
  OPERATION_LANGUAGE_NOT_SUPPORTED: {
    status: 501,
    message: "chaincode in {language} cannot be started by this version",
    next: "Use TypeScript or JavaScript.",
  },
  OPERATION_DEPLOYED_ALREADY: {
    status: 409,
    message: "version {version} of {chaincode} is deployed with sequence {sequence} already",
    next: "Leave the sequence out to deploy again, or give sequence {wanted}.",
  },
  OPERATION_PROOF_FAILED: {
    status: 500,
    message: "the probe transaction on {channel} was not committed as valid on {peer}: {reason}",
    next: "Read the log of that peer, then `heddle doctor {network}`.",
  },
});
