import { defineErrors } from "./errors.ts";

/** Errors of this package. */
export const networkErrors = defineErrors({
  NETWORK_FILE_UNREADABLE: {
    status: 422,
    message: "The network file cannot be read: {reason}",
    next: "Mend line {line}, then try again; `heddle network create --preset consortium --print` shows a file that works.",
  },
  NETWORK_FILE_TOO_LARGE: {
    status: 413,
    message: "The network file has {bytes} bytes; at most {limit} are read",
    next: "Send the network file itself, not an archive or a log.",
  },
  NETWORK_FILE_INVALID: {
    status: 422,
    message: "The network file has {count}",
    next: "Correct the fields listed, then try again.",
  },
  NETWORK_FEATURE_NOT_SUPPORTED: {
    status: 422,
    message: "This version of Heddle does not support {feature}",
    next: "Take it out of the network file; the documentation lists what works today.",
  },
  NETWORK_PRESET_UNKNOWN: {
    status: 404,
    message: "There is no preset called {preset}",
    next: "Use one of {known}.",
  },
});
