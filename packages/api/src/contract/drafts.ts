import { accountEndpoints } from "./accounts.ts";
import { developmentEndpoints } from "./development.ts";
import { endpoints } from "./endpoints.ts";
import { explorerEndpoints } from "./explorer.ts";
import { identityEndpoints } from "./identities.ts";
import { metricEndpoints } from "./metrics.ts";

/** The contract with the groups that are drawn already; a server answers those of `endpoints`. */
export const draftEndpoints = {
  ...accountEndpoints,
  ...developmentEndpoints,
  ...explorerEndpoints,
  ...identityEndpoints,
  ...metricEndpoints,
  ...endpoints,
} as const;
