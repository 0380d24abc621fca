import { apiErrors, type Handlers } from "@heddle/api";
import type { Store } from "@heddle/store";
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from "fastify";
import { createChaincodeHandlers } from "./handlers/chaincodes.ts";
import { createNetworkHandlers } from "./handlers/networks.ts";
import { createOperationHandlers } from "./handlers/operations.ts";
import { createGuard } from "./http/auth.ts";
import { readBodies } from "./http/body.ts";
import { trackRequests } from "./http/drain.ts";
import { BODY_LIMIT, handleErrors, toErrorBody, translate } from "./http/error-handler.ts";
import { registerMetrics } from "./http/metrics.ts";
import { registerEndpoints } from "./http/register.ts";
import type { HandlerContext } from "./ports.ts";

/** Options of {@link createApp}. */
export interface AppOptions {
  readonly handlers: Handlers;
  readonly store: Store;
  readonly token: string;
  readonly logger: FastifyBaseLogger;
  /** Aborted when the server closes; ends the streams. */
  readonly closing: AbortSignal;
}

/** All handlers of the contract: one that is missing does not compile. */
export function createHandlers(context: HandlerContext): Handlers {
  return { ...createOperationHandlers(context), ...createNetworkHandlers(context), ...createChaincodeHandlers(context) };
}

/** The HTTP application, and how to wait until its requests are answered. */
export interface App {
  readonly app: FastifyInstance;
  readonly drain: (milliseconds: number) => Promise<void>;
}

/** The HTTP application: token, limits, errors, every endpoint of the contract, metrics. It does not listen yet. */
export function createApp({ handlers, store, token, logger, closing }: AppOptions): App {
  const guard = createGuard(token, closing);
  const app = fastify({
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
      const refused = guard(request) ?? translate(error) ?? apiErrors.create("API_INTERNAL", { request: request.id });
      const plain: FastifyReply = reply as unknown as FastifyReply;
      void plain.code(refused.status).send(toErrorBody(refused));
    },
  });
  const drain = trackRequests(app);
  app.addHook("onRequest", (request, _reply, done) => {
    done(guard(request));
  });
  readBodies(app);
  handleErrors(app);
  registerMetrics(app, store);
  registerEndpoints(app, handlers, closing);
  return { app, drain };
}
