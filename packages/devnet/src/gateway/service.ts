import type { ServerUnaryCall } from "@grpc/grpc-js";
import { gatewayService } from "@heddle/fabric";
import { CallLimit, LIMITS, unary } from "../front/limits.ts";
import type { Service } from "../front/listener.ts";
import type { PeerContext } from "../node/types.ts";
import { endorse } from "./endorse.ts";
import { describeGatewayError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { chaincodeEventsHandler } from "./events.ts";
import type { GatewayNetwork } from "./registry.ts";
import { commitStatus, submit } from "./submit.ts";

/** Fires when the client is gone or its deadline has passed. */
function cancellation(call: ServerUnaryCall<unknown, unknown>): AbortSignal {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort());
  return controller.signal;
}

/** The gateway service of one peer (Fabric: internal/pkg/gateway). */
export function gatewayServiceOf(own: PeerContext, network: GatewayNetwork): Service {
  const limit = new CallLimit("gateway.Gateway", LIMITS.gateway);
  return {
    definition: { ...gatewayService },
    handlers: {
      evaluate: unary(limit, (request: Parameters<typeof evaluate>[0]) => evaluate(request, own, network), describeGatewayError),
      endorse: unary(limit, (request: Parameters<typeof endorse>[0]) => endorse(request, own, network), describeGatewayError),
      submit: unary(
        limit,
        (request: Parameters<typeof submit>[0]) => Promise.resolve().then(() => submit(request, network)),
        describeGatewayError,
      ),
      commitStatus: unary(
        limit,
        (
          request: Parameters<typeof commitStatus>[0],
          call: ServerUnaryCall<Parameters<typeof commitStatus>[0], Awaited<ReturnType<typeof commitStatus>>>,
        ) => commitStatus(request, own, cancellation(call)),
        describeGatewayError,
      ),
      chaincodeEvents: chaincodeEventsHandler(own),
    },
  };
}
