import type { Catalogue } from "../catalogue.ts";
import { backups } from "./backups.ts";
import { certificates } from "./certificates.ts";
import { common, state } from "./common.ts";
import { explorer } from "./explorer.ts";
import { imports } from "./imports.ts";
import { network, settings, about, reference, logs } from "./network.ts";
import { networks, operation, outcome, proof, receipt } from "./networks.ts";
import { configuration, connect, identities, metrics, tryIt } from "./sections.ts";
import { session } from "./session.ts";
import { wizard } from "./wizard.ts";

/** Chinese (simplified). */
export const zh: Catalogue = {
  backups,
  certificates,
  common,
  state,
  networks,
  imports,
  operation,
  outcome,
  proof,
  receipt,
  network,
  settings,
  about,
  reference,
  logs,
  session,
  explorer,
  tryIt,
  connect,
  identities,
  metrics,
  configuration,
  wizard,
};
