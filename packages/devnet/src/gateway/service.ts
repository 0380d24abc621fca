import type { ServerUnaryCall } from "@grpc/grpc-js";
import { gatewayService } from "@heddle/fabric";
import type { gateway } from "@heddle/fabric/wire";
import { CallLimit, LIMITS, streaming, unary } from "../front/limits.ts";
import type { Service } from "../front/listener.ts";
import type { PeerContext } from "../node/types.ts";
import { endorse } from "./endorse.ts";
import { describeGatewayError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { chaincodeEventsHandler } from "./events.ts";
import type { GatewayNetwork } from "./registry.ts";
import { commitStatus, submit } from "./submit.ts";

/** One for all calls: gRPC tells of every call's end as of a cancellation, and making an error costs more than the call's signal. */
const cancelled = new Error("the call is over");

/** Fires when the client is gone or its deadline has passed. */
function cancellation(call: ServerUnaryCall<unknown, unknown>): AbortSignal {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort(cancelled));
  return controller.signal;
}

/** The gateway service of one peer (Fabric: internal/pkg/gateway). */
export function gatewayServiceOf(own: PeerContext, network: GatewayNetwork): Service {
  const limit = new CallLimit("gateway.Gateway", LIMITS.gateway);
  const method = <Request, Response>(handle: (request: Request, signal: AbortSignal) => Promise<Response>) =>
    unary(limit, (request: Request, call: ServerUnaryCall<Request, Response>) => handle(request, cancellation(call)), describeGatewayError);
  return {
    definition: { ...gatewayService },
    handlers: {
      evaluate: method((request: gateway.EvaluateRequest, signal) => evaluate(request, own, network, signal)),
      endorse: method((request: gateway.EndorseRequest, signal) => endorse(request, own, network, signal)),
      submit: method((request: gateway.SubmitRequest) => Promise.resolve().then(() => submit(request, own, network))),
      commitStatus: method((request: gateway.SignedCommitStatusRequest, signal) => commitStatus(request, own, signal)),
      chaincodeEvents: streaming(limit, chaincodeEventsHandler(own)),
    },
  };
}
