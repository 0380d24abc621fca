import { accountEndpoints } from "./accounts.ts";
import { backupEndpoints } from "./backups.ts";
import { certificateEndpoints } from "./certificates.ts";
import { developmentEndpoints } from "./development.ts";
import type { EndpointShape, Handler } from "./endpoint.ts";
import { explorerEndpoints } from "./explorer.ts";
import { identityEndpoints } from "./identities.ts";
import { importEndpoints } from "./imports.ts";
import { metricEndpoints } from "./metrics.ts";
import { networkEndpoints } from "./networks.ts";
import { serverEndpoints } from "./server.ts";

/** The whole contract: server, client, OpenAPI and the table of permissions come from it. */
export const endpoints = {
  ...serverEndpoints,
  ...accountEndpoints,
  ...networkEndpoints,
  ...importEndpoints,
  ...explorerEndpoints,
  ...developmentEndpoints,
  ...identityEndpoints,
  ...certificateEndpoints,
  ...metricEndpoints,
  ...backupEndpoints,
} as const satisfies Record<string, EndpointShape>;

/** The contract's type. */
export type Endpoints = typeof endpoints;

/** Name of an endpoint. */
export type EndpointName = keyof Endpoints;

/** One handler for each endpoint: a missing one does not compile. */
export type Handlers = { readonly [Name in EndpointName]: Handler<Endpoints[Name]> };

/** Names of the endpoints. */
export const endpointNames = Object.keys(endpoints) as readonly EndpointName[];
