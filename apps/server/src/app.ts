import { X509Certificate } from "node:crypto";
import { apiErrors, type Handlers } from "@heddle/api";
import { isHeddleError, type HeddleError } from "@heddle/network";
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from "fastify";
import type { ConsoleSite } from "./console/site.ts";
import { registerConsole } from "./console/routes.ts";
import { explorerNames } from "./explorer/names.ts";
import { createAccountHandlers, type AccountContext } from "./handlers/accounts.ts";
import { createBackupHandlers } from "./handlers/backups.ts";
import { createCertificateHandlers } from "./handlers/certificates.ts";
import { createChaincodeHandlers } from "./handlers/chaincodes.ts";
import { createDevelopmentHandlers } from "./handlers/development.ts";
import { createIdentityHandlers } from "./handlers/identities.ts";
import { createImportHandlers } from "./handlers/imports.ts";
import { createMetricHandlers } from "./handlers/metrics.ts";
import { createNetworkHandlers } from "./handlers/networks.ts";
import { createOperationHandlers } from "./handlers/operations.ts";
import { audit } from "./http/audit.ts";
import { readBodies } from "./http/body.ts";
import { answerClientError, HEADER_LIMIT } from "./http/client-errors.ts";
import { trackRequests } from "./http/drain.ts";
import { BODY_LIMIT, handleErrors, send, translate } from "./http/error-handler.ts";
import { createGuard, guardRoutes, type GuardOptions } from "./http/guard.ts";
import { addSecurityHeaders, setSecurityHeaders } from "./http/headers.ts";
import { lazyHandlers } from "./http/lazy-handlers.ts";
import { registerMetrics, type MeasuredCertificate } from "./http/metrics.ts";
import { registerEndpoints } from "./http/register.ts";
import type { HandlerContext } from "./ports.ts";

/** Certificate and key in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Options of {@link createApp}. */
export interface AppOptions extends Omit<GuardOptions, "sessions"> {
  readonly handlers: Handlers;
  readonly accounts: AccountContext;
  readonly site: ConsoleSite;
  readonly logger: FastifyBaseLogger;
  /** Of all networks, for the metrics. */
  readonly certificates: () => Promise<readonly MeasuredCertificate[]>;
  /** Without it the application speaks plain HTTP. */
  readonly tls?: TlsFiles | undefined;
}

/** All handlers of the contract: one that is missing does not compile. */
export function createHandlers(context: HandlerContext, accounts: AccountContext): Handlers {
  return {
    ...createOperationHandlers(context),
    ...createAccountHandlers(accounts),
    ...createNetworkHandlers(context),
    ...createImportHandlers(context),
    ...createChaincodeHandlers(context),
    ...lazyHandlers(explorerNames, async () => (await import("./handlers/explorer.ts")).createExplorerHandlers(context)),
    ...createDevelopmentHandlers(context),
    ...createIdentityHandlers(context),
    ...createCertificateHandlers(context),
    ...createMetricHandlers(context),
    ...createBackupHandlers(context),
  };
}

/** The HTTP application, and how to wait until its requests are answered. */
export interface App {
  readonly app: FastifyInstance;
  readonly drain: (milliseconds: number) => Promise<void>;
}

/** The HTTP application: guard, limits, errors, every endpoint of the contract, metrics, console. It does not listen yet. */
export function createApp({ handlers, accounts, site, logger, tls, certificates, ...gate }: AppOptions): App {
  const guard = createGuard({ ...gate, sessions: accounts.sessions });
  const app = fastify({
    ...(tls === undefined
      ? { http: { maxHeaderSize: HEADER_LIMIT } }
      : { https: { ...tls, minVersion: "TLSv1.2" as const, maxHeaderSize: HEADER_LIMIT } }),
    clientErrorHandler: answerClientError,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: 60_000,
    forceCloseConnections: true,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 255 },
    // Addresses that no route can have do not come past the hooks below.
    frameworkErrors(error, request, reply) {
      const plain: FastifyReply = reply as unknown as FastifyReply;
      const internal = (): HeddleError => apiErrors.create("API_INTERNAL", { request: request.id });
      const answer = (refused: HeddleError): void => {
        plain.code(refused.status);
        addSecurityHeaders(request, plain);
        send(plain, refused);
      };
      guard(request).then(
        () => answer(translate(error) ?? internal()),
        (reason: unknown) => answer(isHeddleError(reason) ? reason : internal()),
      );
    },
  }) as FastifyInstance;
  const drain = trackRequests(app);
  setSecurityHeaders(app);
  guardRoutes(app, guard, (request, error) => audit(accounts.store, request, { error }));
  readBodies(app);
  handleErrors(app);
  const ownCertificateEnd = tls === undefined ? undefined : new X509Certificate(tls.cert).validToDate;
  registerMetrics(app, { store: accounts.store, certificates, ownCertificateEnd });
  registerEndpoints(app, handlers, { ...accounts, closing: gate.closing });
  registerConsole(app, site);
  return { app, drain };
}
