import { defineErrors } from "@heddle/network";

/** Errors of `@heddle/runtimes`, by stable code. */
export const runtimeErrors = defineErrors({
  RUNTIME_NOT_AVAILABLE: {
    status: 422,
    message: "the runtime {runtime} is not part of this version",
    next: "Set `runtime: embedded` in the network file.",
  },
  RUNTIME_TOOLS_MISSING: {
    status: 422,
    message: "the native runtime needs Fabric's programs, and there is no {missing} in {place}",
    next: "Install them with `heddle toolchain install VERSION`; or put those of a release on PATH or set HEDDLE_FABRIC_BIN to their folder, and restart the server; or set `runtime: embedded`.",
  },
  RUNTIME_IMPORTED: {
    status: 409,
    message: "Heddle cannot {what}: network {network} was imported, and its nodes are run by somebody else",
    next: "Do that where the nodes run.",
  },
  RUNTIME_ONLY_IMPORTS: {
    status: 422,
    message: "the runtime imported holds networks that run already; it cannot make one",
    next: "Import the network with `heddle network import`, or set `runtime: embedded` in the network file.",
  },
  RUNTIME_PORTS_EXHAUSTED: {
    status: 503,
    message: "no {count} free ports were found between {from} and {to}",
    next: "Delete networks you no longer need, or stop other programs that hold these ports.",
  },
  RUNTIME_PLATFORM_NOT_SUPPORTED: {
    status: 422,
    message: "the embedded runtime finds its processes in /proc, which {platform} does not have",
    next: "Run Heddle on Linux: in WSL 2 on Windows, in a container or a virtual machine on macOS.",
  },
  RUNTIME_PORT_TAKEN: {
    status: 409,
    message: "port {port}, which {holder} of {network} listens on, is held by another program",
    next: "End that program (see it with `ss -ltnp sport = :{port}`), then retry; or delete {network} and create it again with other ports.",
  },
  RUNTIME_NAME_TAKEN: {
    status: 409,
    message: "{directory} or processes of a network called {network} are there, but not from this creation",
    next: "Choose another name; or, if nobody needs them, end those processes, remove the folder and create again.",
  },
  RUNTIME_FILE_DAMAGED: {
    status: 500,
    message: "{file} is damaged",
    next: "Put it back from a backup, or delete its network and create it again.",
  },
  RUNTIME_LEAVE_FAILED: {
    status: 500,
    message: "{node} of network {network} could not leave channel {channel}: {reason}",
    next: "The nodes run again. Read the reason, then retry the operation.",
  },
  RUNTIME_RESET_FAILED: {
    status: 500,
    message: "Channel {channel} of network {network} could not be taken back to block {block}: {reason}",
    next: "The ledger is as it was. Read the reason, then retry the operation or choose another block.",
  },
  RUNTIME_NODES_FAILED: {
    status: 500,
    message: "the nodes of {network} did not start: {reason}",
    next: "Read the log with `heddle logs {network}`, then `heddle operations retry`.",
  },
  RUNTIME_NOT_PREPARED: {
    status: 404,
    message: "{network} has no place on this machine",
    next: "Delete the network and create it again.",
  },
  RUNTIME_CHAINCODE_UNUSABLE: {
    status: 422,
    message: "the chaincode in {folder} cannot be run: {reason}",
    next: "The folder needs a package.json with `main`, and fabric-shim and fabric-contract-api installed (npm install).",
  },
  RUNTIME_CHAINCODE_FAILED: {
    status: 500,
    message: "the chaincode {label} did not start: {reason}",
    next: "Read its output with `heddle logs {network} {label}`, correct it and deploy again.",
  },
  RUNTIME_NODE_UNKNOWN: {
    status: 404,
    message: "{network} has no node called {node}",
    next: "See the names with `heddle network show {network}`.",
  },
  RUNTIME_NOT_REMOVED: {
    status: 500,
    message: "{count} things of {network} are still there, the first: {first}",
    next: "End what holds them, then delete again.",
  },
});
