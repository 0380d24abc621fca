import type { CommandSpec } from "./command.ts";

const network = ["<NAME>", "name of the network"] as const;
const channel = ["<CHANNEL>", "name of the channel"] as const;
const organization = ["<ORG>", "name of the organisation"] as const;
const backup = ["<BACKUP>", "id of the backup"] as const;
const account = ["<ACCOUNT>", "name of the account"] as const;
const file = ["-f, --file <FILE>", "network file, - for standard input"] as const;
const org = ["--org <ORG>", "organisation; default the first of the network"] as const;
const user = ["--user <USER>", "user of the organisation; default its first"] as const;
const yes = ["-y, --yes", "do not ask"] as const;
const noWait = ["--no-wait", "return as soon as the server has accepted it"] as const;
const call = {
  args: [
    network,
    ["<CHAINCODE>", "name of the chaincode"],
    ["<FUNCTION>", "function to call"],
    ["[ARGS...]", "its arguments; put -- before one that begins with -"],
  ],
  options: [
    ["--channel <CHANNEL>", "channel; default the only one the chaincode is on"],
    org,
    user,
    ["--transient <KEY=VALUE>", "data for the chaincode that is not written to the ledger; repeatable"],
  ],
  repeatable: ["--transient"],
} as const;

/** Groups of commands, with their summary. */
export const groups: Readonly<Record<string, string>> = {
  network: "Create, look at, change and remove networks",
  chaincode: "Deploy and call chaincode",
  channel: "Look into the channels of a network, and take one back",
  backup: "Back networks up, and restore them",
  identity: "Issue and revoke identities of a network",
  certificate: "See when certificates expire, and renew them",
  operations: "Look at what is being changed",
  toolchain: "Find, install and check Fabric's own programs",
  account: "Who may use the console, and what they may do",
};

/** Every command, in the order of the help. */
export const commands: readonly CommandSpec[] = [
  {
    name: "up",
    summary: "Start the server and a sample network, and commit a first transaction",
    options: [
      ["--name <NAME>", "name of the network", "sample"],
      ["--preset <PRESET>", "solo, consortium or trade", "consortium"],
      ["--ordering <TYPE>", "raft or bft", "raft"],
      ["--port <PORT>", "port of a server that is started; default HEDDLE_PORT, else 7460, else any free one"],
    ],
    examples: [
      ["up", "two organisations, the food-tracing chaincode and its first lot; again, it proves that all still works"],
      ["up --name class --preset trade", "three organisations and a regulator that only reads"],
    ],
    load: () => import("./commands/up.ts"),
  },
  { name: "down", summary: "Stop the server; nothing is deleted", load: () => import("./commands/down.ts") },
  {
    name: "serve",
    summary: "Run the server in the foreground",
    options: [
      ["--host <HOST>", "address to listen on", "127.0.0.1"],
      ["--port <PORT>", "port to listen on, 0 for any free one; default HEDDLE_PORT, else 7460"],
      ["--any-port", "take a free port where that one is taken"],
      ["--tls-cert <FILE>", "certificate chain in PEM; needed where others can reach the address"],
      ["--tls-key <FILE>", "its private key in PEM"],
    ],
    load: () => import("./commands/serve.ts"),
  },
  {
    name: "login",
    summary: "Print a one-time link into the console",
    options: [["--account <NAME>", "account to log in; default the first owner"]],
    load: () => import("./commands/login.ts"),
  },
  {
    name: "network create",
    summary: "Create a network from a file or a preset",
    args: [["[NAME]", "name of the network; needed with a preset"]],
    options: [
      file,
      ["--preset <PRESET>", "solo, consortium or trade"],
      ["--ordering <TYPE>", "raft or bft, with a preset"],
      ["--scenario <SCENARIO>", "chaincode to deploy, with a preset; none for no chaincode"],
      ["--identities <BACKUP>", "take over the identities of a backup's organisations"],
      ["--print", "print the network file and change nothing"],
      noWait,
    ],
    examples: [
      ["network create demo --preset solo", "one organisation, ready in about a second"],
      ["network create demo --preset trade --print > trade.yaml", "a network file to begin with"],
      ["network create -f trade.yaml", "the network that a file describes"],
      ["network create -f trade.yaml --identities trade-1f0c2a9e", "the same organisations, with the keys and certificates of a backup"],
    ],
    load: () => import("./commands/network-create.ts"),
  },
  { name: "network list", summary: "List networks", load: () => import("./commands/network-list.ts") },
  {
    name: "network show",
    summary: "Show a network, its nodes and its proof of readiness",
    args: [network],
    options: [["--file", "print its network file instead"]],
    load: () => import("./commands/network-show.ts"),
  },
  {
    name: "network plan",
    summary: "Show what a network file would change",
    options: [file],
    required: ["--file"],
    load: () => import("./commands/network-plan.ts"),
  },
  {
    name: "network apply",
    summary: "Change a network to what its file says; create it where there is none",
    options: [file, yes, noWait],
    required: ["--file"],
    load: () => import("./commands/network-apply.ts"),
  },
  {
    name: "network upgrade",
    summary: "Upgrade a network to a later version of Fabric, node by node, with a proof after each",
    args: [network],
    options: [
      ["--to <VERSION>", "2.5, 3.0 or 3.1"],
      ["--capabilities", "then give its channels what that version can do; nodes cannot go back after it"],
      yes,
      noWait,
    ],
    required: ["--to"],
    load: () => import("./commands/network-upgrade.ts"),
  },
  {
    name: "network ordering",
    summary: "Change a network's ordering from Raft to BFT; while it changes nothing is ordered",
    args: [network],
    options: [yes, noWait],
    load: () => import("./commands/network-ordering.ts"),
  },
  {
    name: "network delete",
    summary: "Remove a network and everything that belongs to it",
    args: [network],
    options: [yes, noWait],
    load: () => import("./commands/network-delete.ts"),
  },
  {
    name: "network export",
    summary: "Write connection profile, identity and TLS roots for an application",
    args: [network],
    options: [org, user, ["-o, --out <FOLDER>", "folder to write to; default the network's name"]],
    examples: [
      [
        "network export sample --org Org2 --user app -o my-app",
        "then: cd my-app && npm install @hyperledger/fabric-gateway @grpc/grpc-js && node app.mjs",
      ],
    ],
    load: () => import("./commands/network-export.ts"),
  },
  {
    name: "env",
    summary: 'Print the environment for Fabric\'s own tools: eval "$(heddle env NAME)"',
    args: [network],
    options: [org],
    examples: [[`env sample --org Org1 > env.sh && . ./env.sh && peer channel list`, "Fabric's own tools as Org1's administrator"]],
    load: () => import("./commands/env.ts"),
  },
  {
    name: "chaincode deploy",
    summary: "Package, install, approve by every organisation, commit and prove",
    args: [network, ["<SOURCE>", "folder of the chaincode, or the name of a scenario"]],
    options: [
      ["--channel <CHANNEL>", "channel; default the only one of the network"],
      ["--name <CHAINCODE>", "name on the channel; default the folder's name"],
      ["--cc-version <VERSION>", "version"],
      ["--sequence <NUMBER>", "lifecycle sequence; default the next one"],
      ["--policy <POLICY>", "endorsement policy, such as AND('Org1MSP.peer', 'Org2MSP.peer')"],
      ["--init-required", "the chaincode has to be initialised first"],
      ["--watch", "deploy again whenever the folder changes, until Ctrl-C"],
      noWait,
    ],
    examples: [
      ["chaincode deploy sample ./contract", "your own contract; again, a new version of it"],
      ["chaincode deploy sample ./contract --watch", "each time you save a file, the new version is live in seconds"],
      [
        "chaincode deploy sample food-tracing --policy \"AND('Org1MSP.peer', 'Org2MSP.peer')\"",
        "a scenario that both organisations endorse",
      ],
    ],
    load: () => import("./commands/chaincode-deploy.ts"),
  },
  {
    name: "chaincode redeploy",
    summary: "Deploy a chaincode again from where it came, as the next sequence",
    args: [network, ["<CHAINCODE>", "name of the chaincode"]],
    options: [["--channel <CHANNEL>", "channel; default the only one the chaincode is on"], noWait],
    load: () => import("./commands/chaincode-redeploy.ts"),
  },
  {
    name: "chaincode list",
    summary: "List the chaincodes of a network",
    args: [network],
    load: () => import("./commands/chaincode-list.ts"),
  },
  {
    name: "chaincode submit",
    summary: "Call a function and commit what it writes",
    ...call,
    examples: [["chaincode submit sample food-tracing createLot LOT-7 Milk Graz 500 --org Org2", "as a user of Org2"]],
    load: () => import("./commands/chaincode-submit.ts"),
  },
  {
    name: "chaincode evaluate",
    summary: "Call a function without committing",
    ...call,
    examples: [["chaincode evaluate sample food-tracing readLot LOT-001", "the lot as JSON"]],
    load: () => import("./commands/chaincode-evaluate.ts"),
  },
  {
    name: "logs",
    summary: "Show the log of a node, or of all",
    args: [network, ["[NODE]", "name of a node or chaincode; default all"]],
    options: [
      ["-f, --follow", "go on with lines as they are written"],
      ["--tail <LINES>", "lines to begin with", "200"],
    ],
    load: () => import("./commands/logs.ts"),
  },
  {
    name: "channel list",
    summary: "List the channels of a network, with what the explorer has verified",
    args: [network],
    load: () => import("./commands/channel-list.ts"),
  },
  {
    name: "channel search",
    summary: "Search by transaction id, block, key, text of a value, chaincode or creator",
    args: [network, ["<TEXT>", "what to look for"]],
    options: [["--channel <CHANNEL>", "only this channel"]],
    examples: [['channel search sample "raw milk"', "every transaction that wrote these words"]],
    load: () => import("./commands/channel-search.ts"),
  },
  {
    name: "channel reset",
    summary: "Take a channel of an embedded network back to a block; later blocks are gone",
    args: [network, channel, ["<BLOCK>", "number of the last block that stays"]],
    options: [yes, noWait],
    load: () => import("./commands/channel-reset.ts"),
  },
  {
    name: "identity list",
    summary: "List the certificates of a network",
    args: [network],
    load: () => import("./commands/identity-list.ts"),
  },
  {
    name: "backup create",
    summary: "Back a network up: ledgers, sealed keys, definitions",
    args: [network],
    options: [noWait],
    load: () => import("./commands/backup-create.ts"),
  },
  {
    name: "backup list",
    summary: "List backups, newest first",
    args: [["[NAME]", "name of the network; default all"]],
    load: () => import("./commands/backup-list.ts"),
  },
  {
    name: "backup verify",
    summary: "Compare every file of a backup with its digest",
    args: [backup],
    load: () => import("./commands/backup-verify.ts"),
  },
  {
    name: "backup restore",
    summary: "Make a network of a backup, compare it with what the backup noted, and prove it",
    args: [backup],
    options: [["--as <NAME>", "what to call it; default as it was"], noWait],
    examples: [
      ["backup restore sample-1f0c2a9e", "the network as it was, at the ports it had, after it was deleted or lost"],
      ["backup restore sample-1f0c2a9e --as rehearsal", "a copy of an embedded network beside the original"],
    ],
    load: () => import("./commands/backup-restore.ts"),
  },
  {
    name: "backup delete",
    summary: "Remove a backup for good",
    args: [backup],
    options: [yes],
    load: () => import("./commands/backup-delete.ts"),
  },
  {
    name: "identity issue",
    summary: "Issue an identity for a user of an organisation",
    args: [network, organization, ["<USER>", "name of the user"]],
    options: [["--attribute <KEY=VALUE>", "an attribute in the certificate, as Fabric CA writes it; repeatable"], noWait],
    repeatable: ["--attribute"],
    examples: [["identity issue sample Org1 carol --attribute department=quality", "then: network export sample --user carol"]],
    load: () => import("./commands/identity-issue.ts"),
  },
  {
    name: "identity revoke",
    summary: "Revoke the identity of a user on every channel",
    args: [network, organization, ["<USER>", "name of the user"]],
    options: [yes, noWait],
    load: () => import("./commands/identity-revoke.ts"),
  },
  {
    name: "certificate list",
    summary: "List every certificate of a network, those that expire first at the top",
    args: [network],
    options: [["--expiring", "only those that expire within 30 days or have expired"]],
    load: () => import("./commands/certificate-list.ts"),
  },
  {
    name: "certificate renew",
    summary: "Renew what expires soon: nodes restart one by one, and a transaction proves the network",
    args: [network, ["[NAMES...]", "users by name and nodes by host name; default all whose certificates expire soon"]],
    options: [
      ["--org <ORG>", "only of this organisation; repeatable"],
      ["--within <DAYS>", "what expires within so many days; default 30"],
      ["--all", "whenever they expire"],
      ["--new-keys", "with new keys instead of those that they have"],
      yes,
      noWait,
    ],
    repeatable: ["--org"],
    examples: [
      ["certificate renew sample --all", "every node and user, with the keys that they have"],
      ["certificate renew sample peer0.org1.example.com --new-keys", "one peer, with new keys"],
    ],
    load: () => import("./commands/certificate-renew.ts"),
  },
  {
    name: "certificate rehearse",
    summary: "Show which certificates are expired on a day, and what stops working then; nothing is changed",
    args: [network, ["<DATE>", "day or time, such as 2035-06-01"]],
    load: () => import("./commands/certificate-rehearse.ts"),
  },
  {
    name: "operations list",
    summary: "List operations, newest first",
    options: [
      ["--network <NAME>", "only of this network"],
      ["--limit <NUMBER>", "at most so many", "20"],
    ],
    load: () => import("./commands/operations-list.ts"),
  },
  {
    name: "operations watch",
    summary: "Follow an operation to its end",
    args: [["[ID]", "id of the operation, or its beginning; default the newest"]],
    load: () => import("./commands/operations-watch.ts"),
  },
  {
    name: "operations cancel",
    summary: "Stop an operation and undo what it did",
    args: [["<ID>", "id of the operation, or its beginning"]],
    options: [noWait],
    load: () => import("./commands/operations-cancel.ts"),
  },
  {
    name: "operations retry",
    summary: "Go on with a failed operation",
    args: [["<ID>", "id of the operation, or its beginning"]],
    options: [noWait],
    load: () => import("./commands/operations-retry.ts"),
  },
  {
    name: "toolchain list",
    summary: "List where Fabric's programs are, in the order in which they are looked for",
    load: () => import("./commands/toolchain-list.ts"),
  },
  {
    name: "toolchain install",
    summary: "Download a release of Fabric, check it and pin it",
    args: [["<VERSION>", "version of a 2.5 or 3.x release, such as 3.1.1"]],
    options: [
      ["--mirror <URL>", "where releases are instead of GitHub, at URL/vVERSION/; default HEDDLE_FABRIC_MIRROR"],
      ["--archive <FILE>", "a release archive on this machine, in place of a download"],
      ["--sha256 <DIGEST>", "digest that the archive has to have"],
    ],
    examples: [
      ["toolchain install 3.1.1", "from GitHub, checked against the digest that the release publishes"],
      ["toolchain install 2.5.12 --archive hyperledger-fabric-linux-amd64-2.5.12.tar.gz", "without internet"],
    ],
    load: () => import("./commands/toolchain-install.ts"),
  },
  {
    name: "toolchain use",
    summary: "Select the installed version that native networks use where several fit",
    args: [["<VERSION>", "an installed version"]],
    load: () => import("./commands/toolchain-use.ts"),
  },
  {
    name: "toolchain verify",
    summary: "Check installed versions against what they were when they were pinned",
    args: [["[VERSION]", "only this one"]],
    load: () => import("./commands/toolchain-verify.ts"),
  },
  { name: "account list", summary: "List the accounts", load: () => import("./commands/account-list.ts") },
  {
    name: "account add",
    summary: "Add an account and print the one-time link by which it is entered",
    args: [account],
    options: [["--role <ROLE>", "owner, operator (all but accounts) or viewer (looks only)", "viewer"]],
    load: () => import("./commands/account-add.ts"),
  },
  {
    name: "account role",
    summary: "Give an account another role; ends its sessions",
    args: [account, ["<ROLE>", "owner, operator or viewer"]],
    load: () => import("./commands/account-role.ts"),
  },
  {
    name: "account remove",
    summary: "Remove an account and end its sessions",
    args: [account],
    options: [yes],
    load: () => import("./commands/account-remove.ts"),
  },
  {
    name: "account passwd",
    summary: "Set an account's password, asked for or from standard input; ends its sessions",
    args: [account],
    load: () => import("./commands/account-passwd.ts"),
  },
  {
    name: "audit",
    summary: "Show who changed what, newest first",
    options: [
      ["--actor <NAME>", "only by this account; local is this command line"],
      ["--limit <NUMBER>", "at most so many", "50"],
    ],
    load: () => import("./commands/audit.ts"),
  },
  {
    name: "doctor",
    summary: "Check this machine, the server and its networks; with NAME, prove again that one works",
    args: [["[NAME]", "name of a network"]],
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "test",
    summary: "Run every check of this repository",
    args: [["[ARGS...]", "handed on to the test runner, such as the path of a suite"]],
    options: [["--all", "the longer suites too, as CI does"]],
    examples: [
      ["test", "types, lint, format, import ladder, dead code, then every suite but the browser's"],
      ["test --all", "the browser's too, as CI does; needs Chromium"],
    ],
    load: () => import("./commands/test.ts"),
  },
];
