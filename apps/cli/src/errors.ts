import { defineErrors } from "@heddle/network";

/** Errors of the command line itself. */
export const cliErrors = defineErrors({
  CLI_USAGE: { status: 400, message: "{reason}", next: "See: {command} --help" },
  CLI_OPTION_INVALID: { status: 400, message: "{option} cannot be {value}", next: "{expected}" },
  CLI_FILE_UNREADABLE: { status: 400, message: "{file} cannot be read: {reason}", next: "Check the path and its permissions." },
  CLI_FILE_NOT_WRITTEN: {
    status: 400,
    message: "{file} cannot be written: {reason}",
    next: "Choose a folder that can be written to, with -o.",
  },
  CLI_SOURCE_NOT_FOUND: {
    status: 400,
    message: "{source} is neither a folder nor the name of a scenario",
    next: "Give the path of a chaincode's folder, or a scenario such as food-tracing.",
  },
  CLI_CONFIRMATION_NEEDED: { status: 400, message: "{action} has to be confirmed", next: "Add --yes." },
  CLI_CHANGE_NOT_SUPPORTED: {
    status: 422,
    message: "{count} of the changes cannot be made on a running network",
    next: "Take them out of the file, or create a new network from it.",
  },
  CLI_NETWORK_STATE: { status: 409, message: "Network {network} is {state}", next: "{advice}" },
  CLI_SERVER_NOT_STARTED: {
    status: 503,
    message: "The server did not start: {reason}",
    next: "Run `heddle serve` to see what is wrong; its log is {log}.",
  },
  CLI_HOME_UNUSABLE: {
    status: 422,
    message: "The folder {home} cannot be used: {reason}",
    next: "Make it writable for you, or set HEDDLE_HOME to another folder.",
  },
  CLI_SERVER_SILENT: {
    status: 503,
    message: "The server at {url} (process {pid}) does not answer",
    next: "Look at its log, {log}, and stop it with `heddle down`; the next command starts it again. Networks go on meanwhile.",
  },
  CLI_SERVER_NOT_STOPPED: {
    status: 500,
    message: "The server (process {pid}) is still running after {seconds} s",
    next: "Look at its log, {log}, then end it with `kill -9 {pid}`; what it was doing is taken up at the next start.",
  },
  CLI_OPERATION_CANCELLED: { status: 409, message: "Operation {id} was cancelled and undone", next: "Start it again when you need it." },
  CLI_OPERATION_UNKNOWN: { status: 404, message: "There is no operation {id}", next: "See those there are with: heddle operations list" },
  CLI_OPERATION_AMBIGUOUS: { status: 400, message: "{count} operations begin with {id}", next: "Give more of the id: {ids}" },
  CLI_OPERATION_GOES_ON: {
    status: 499,
    message: "Interrupted; the operation goes on: {summary}",
    next: "Follow it with `heddle operations watch {id}`, or stop and undo it with `heddle operations cancel {id}`.",
  },
  CLI_PASSWORDS_DIFFER: { status: 400, message: "The two passwords differ", next: "Try again." },
  CLI_NO_OWNER: { status: 409, message: "No account is an owner", next: "Add one: heddle account add NAME --role owner" },
  CLI_INTERRUPTED: {
    status: 499,
    message: "Interrupted before the server had answered",
    next: "What it was asked for may have been done; look before you ask again.",
  },
  CLI_INTERNAL: {
    status: 500,
    message: "The command failed unexpectedly: {reason}",
    next: "Set HEDDLE_DEBUG=1 to see where, and report it as a bug.",
  },
});
