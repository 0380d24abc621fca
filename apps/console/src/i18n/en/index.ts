import { common, state } from "./common.ts";
import { network, settings, about, reference, logs } from "./network.ts";
import { networks, operation, proof, receipt } from "./networks.ts";
import { session } from "./session.ts";
import { wizard } from "./wizard.ts";

/** English: the catalogue whose keys all others have. */
export const en = {
  common,
  state,
  networks,
  operation,
  proof,
  receipt,
  network,
  settings,
  about,
  reference,
  logs,
  session,
  wizard,
} as const;
