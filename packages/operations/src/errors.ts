import { defineErrors } from "@heddle/network";

/** Errors of the kinds of operation and the services, by stable code. */
export const operationErrors = defineErrors({
  OPERATION_IMPORT_UNREADABLE: {
    status: 422,
    message: "the {source} cannot be read: {reason}",
    next: "See docs/import.md for what each source has to hold. Nothing was kept.",
  },
  OPERATION_IMPORT_IDENTITY_INVALID: {
    status: 422,
    message: "{identity} cannot be used: {reason}",
    next: "Give the PEM text of a certificate and of its private key, of a member that the channels' organisations still know. Nothing was kept.",
  },
  OPERATION_IMPORT_NOT_READ: {
    status: 422,
    message: "none of the {count} peers told the given identities its channels",
    next: "The problems say why for each. Check that the addresses can be reached from this server, and that the identity is of the peer's own organisation.",
  },
  OPERATION_IMPORT_NO_CHANNEL: {
    status: 422,
    message: "the peers have joined no channel, so there is nothing to import",
    next: "Create a channel and let a peer join it, then import again.",
  },
  OPERATION_IMPORT_CONSENSUS_OLD: {
    status: 422,
    message: "channel {channel} is ordered by {consensus}, which Fabric gave up after 2.x",
    next: "Migrate its orderers to Raft with Fabric 2.5's own steps (Migrating from Kafka to Raft), raise its capabilities to V2_0, then import again.",
  },
  OPERATION_IMPORT_LIFECYCLE_OLD: {
    status: 422,
    message: "channel {channel} still has the chaincode lifecycle of Fabric 1.4 (application capabilities: {capabilities})",
    next: "Upgrade its peers to 2.5 or later, raise the application capability to V2_0 or V2_5 and define its chaincodes anew, then import again.",
  },
  OPERATION_IMPORT_CHANNEL_REFUSED: {
    status: 422,
    message: "the configuration of channel {channel} cannot be judged here: {reason}",
    next: "Bring it to what Fabric 2.5 or later accepts, at least to the channel capability V2_0, then import again.",
  },
  OPERATION_IMPORTED: {
    status: 409,
    message: "Heddle cannot {what}: network {network} was imported, and what runs it is somebody else's",
    next: "Do that with the tools that made the network; Heddle shows the result. docs/import.md lists what an imported network can do.",
  },
  OPERATION_IDENTITY_LACKING: {
    status: 409,
    message: "network {network} has no {identity} here, without which Heddle cannot {what}",
    next: "Nothing was changed. Delete the network here, which leaves its nodes alone, and import it again with that identity.",
  },
  OPERATION_AUTHORITY_ELSEWHERE: {
    status: 409,
    message: "the authority of {organization} is not in network {network} here, so its certificates cannot be issued or revoked",
    next: "Issue or revoke them where the authority is, such as with fabric-ca-client; then import the network again with the new identity.",
  },
  OPERATION_CHAINCODE_ELSEWHERE: {
    status: 409,
    message: "{subject} of network {network} is not on this machine, so Heddle cannot run chaincode for it",
    next: "Deploy with the tools that made the network, or run Heddle where its peers are; deployed chaincode can be called here.",
  },
  OPERATION_TLS_LACKING: {
    status: 409,
    message: "{peer} of network {network} speaks without TLS, which the snippets and profiles do not",
    next: "Call its chaincode under Try it or over the REST API, or let the network use TLS and import it again.",
  },
  OPERATION_CHANGE_NOT_SUPPORTED: {
    status: 422,
    message: "{count} of the changes cannot be made to a running network in this version, the first: {first}",
    next: "Leave those out of the file, or delete the network and create it again from it; `heddle network plan` marks them.",
  },
  OPERATION_CHANGE_REFUSED: {
    status: 422,
    message: "channel {channel} would not take the change: {reason}",
    next: "Nothing was changed. The text is Fabric's: a policy that is not satisfied names the signatures it lacks.",
  },
  OPERATION_CONFIG_CONFLICT: {
    status: 409,
    message:
      "{place} of channel {channel} is neither what the file of {network} said before nor what it shall be: somebody else changed it",
    next: "Look at the channel's configuration in the explorer, set it back or write it into the file, then apply again.",
  },
  OPERATION_AUTHORITY_ENDS: {
    status: 422,
    message: "the authority {authority} of {organization} is valid until {end}, and nothing that it issues can be valid for longer",
    next: "Nothing was changed. This version does not replace authorities; make the network anew before that day, from its file.",
  },
  OPERATION_RENEWAL_NEEDS_ORDERERS: {
    status: 422,
    message: "with new keys an orderer is out of its cluster until it restarts, and {network} has {count}; Raft needs {needed} for that",
    next: "Renew with the keys that the orderers have, or leave the orderers out.",
  },
  OPERATION_MEMBER_UNKNOWN: {
    status: 404,
    message: "network {network} has no node and no user {name} there whose certificates could be renewed",
    next: "See the names with `heddle certificate list {network}`; users whose certificates are revoked get new ones with `heddle identity issue`.",
  },
  OPERATION_NOTHING_TO_RENEW: {
    status: 409,
    message: "no certificate of network {network} that was meant expires within {days} days",
    next: "Name the nodes and users to renew, or give a larger number of days.",
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
  OPERATION_USER_EXISTS: {
    status: 409,
    message: "organisation {organization} has a user {user} already",
    next: "Use that identity, revoke it first, or choose another name.",
  },
  OPERATION_USER_REVOKED: {
    status: 409,
    message: "the certificate of {user} of {organization} is revoked already",
    next: "Issue a new identity for that user where one is needed.",
  },
  OPERATION_USER_NEEDED: {
    status: 422,
    message: "{user} is no ordinary user of {organization}: its certificate cannot be revoked here",
    next: "An administrator is replaced by a change of the organisation's MSP, which this version does not make.",
  },
  OPERATION_NO_METADATA: {
    status: 422,
    message: "chaincode {chaincode} does not describe its functions: {reason}",
    next: "Call its functions by name; a contract made with fabric-contract-api describes itself.",
  },
  OPERATION_RESET_REFUSED: {
    status: 422,
    message: "channel {channel} cannot be taken back: {reason}",
    next: "Choose an earlier block of a channel on an embedded network with kept storage.",
  },
  OPERATION_CONFIG_NOT_APPLIED: {
    status: 500,
    message: "the new configuration of {channel} did not reach {peer} in time",
    next: "Look at that peer with `heddle doctor {network}`, then retry the operation.",
  },
  OPERATION_NODE_BEHIND: {
    status: 500,
    message: "{node} has {height} blocks of channel {channel} after its restart, the others had {wanted}",
    next: "Read its log with `heddle logs`; once it has caught up, retry the operation, which goes on from there.",
  },
  OPERATION_QUORUM_AT_RISK: {
    status: 409,
    message: "{orderer} cannot be taken on or off channel {channel} while so few of the others take part: {reason}",
    next: "Nothing of this step was changed. See with `heddle doctor` which orderers do not run, bring them back, then retry the operation.",
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
    status: 422,
    message: "chaincode in {language} cannot be started by this version",
    next: "Use TypeScript or JavaScript.",
  },
  OPERATION_DEPLOYED_ALREADY: {
    status: 409,
    message: "version {version} of {chaincode} is deployed with sequence {sequence} already",
    next: "Leave the sequence out to deploy again, or give sequence {wanted}.",
  },
  OPERATION_SEQUENCE_NOT_FIRST: {
    status: 422,
    message: "chaincode {chaincode} asks for sequence {sequence}, but on a new channel every chaincode begins with 1",
    next: "Leave the sequence out of the network file.",
  },
  OPERATION_LABEL_TAKEN: {
    status: 409,
    message: "{label} is deployed from another source on channel {channel} already, and a label stands for one source",
    next: "Give this chaincode another version.",
  },
  OPERATION_NOT_REMOVED: {
    status: 500,
    message: "{count} things of {network} are still there, the first: {first}",
    next: "End or remove what holds them, then `heddle operations retry`.",
  },
  OPERATION_LEDGER_GONE: {
    status: 409,
    message: "the ledgers of {network} were kept in memory and ended with its process",
    next: "Delete the network and create it again; with `storage: kept` ledgers survive.",
  },
  OPERATION_UPGRADE_REFUSED: {
    status: 422,
    message: "network {network} cannot be upgraded: {reason}",
    next: "Name a later version, such as 3.1, whose programs are installed (`heddle toolchain list`).",
  },
  OPERATION_MIGRATION_REFUSED: {
    status: 422,
    message: "the ordering of {network} cannot become BFT: {reason}",
    next: "BFT needs nodes and channel capabilities of version 3 (`heddle network upgrade --capabilities`) and 4, 7, 10 or more orderers, 3 more for each that may fail.",
  },
  OPERATION_BACKUP_REFUSED: {
    status: 422,
    message: "network {network} cannot be backed up: {reason}",
    next: "Back up a network with `storage: kept` of the embedded or the native runtime.",
  },
  OPERATION_BACKUP_UNKNOWN: {
    status: 404,
    message: "there is no backup {backup}",
    next: "See the backups with `heddle backup list`; one of another machine is put into the folder `backups` of HEDDLE_HOME.",
  },
  OPERATION_BACKUP_DAMAGED: {
    status: 422,
    message: "backup {backup} is damaged: {reason}",
    next: "Restore another backup, or put an undamaged copy of this one in its place.",
  },
  OPERATION_RESTORE_REFUSED: {
    status: 422,
    message: "backup {backup} cannot be restored as {network}: {reason}",
    next: "Restore it under its own name, after that network was deleted; a backup of an embedded network may take any name.",
  },
  OPERATION_IDENTITIES_MISSING: {
    status: 422,
    message: "backup {backup} has no identity of {member}",
    next: "Take a backup of a network with the same organisations, nodes and domains; or leave the backup out, and new identities are made.",
  },
  OPERATION_RESTORE_DIFFERS: {
    status: 500,
    message: "{peer} has another block {block} of channel {channel} than when the backup was made",
    next: "Cancel the operation, which removes the restored network, and restore another backup.",
  },
  OPERATION_PROOF_FAILED: {
    status: 500,
    message: "the probe transaction on {channel} was not committed as valid on {peer}: {reason}",
    next: "Read the log of that peer, then `heddle doctor {network}`.",
  },
});
