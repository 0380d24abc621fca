import { create, fromBinary } from "@bufbuild/protobuf";
import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import { common, orderer } from "@heddle/fabric/wire";
import type { OrdererContext } from "../node/types.ts";
import { deliverHandler } from "./engine.ts";

/** The orderer's stream of blocks, as it made them. */
export function ordererDeliver(context: OrdererContext): handleBidiStreamingCall<common.Envelope, orderer.DeliverResponse> {
  return deliverHandler<orderer.DeliverResponse>({
    channel: (channelId) => context.channels.get(channelId),
    authorize: (ledger, { signed }) => ledger.bundle.policies.get("/Channel/Readers").evaluate([signed]),
    status: (status) => create(orderer.DeliverResponseSchema, { Type: { case: "status", value: status } }),
    block: (ledger, number, _request, headersOnly) => {
      const bytes = ledger.ordererBlock(number);
      if (bytes === undefined) throw new RangeError(`block ${number} of ${ledger.channelId} is not there`);
      const block = fromBinary(common.BlockSchema, bytes);
      // A follower that checks headers still needs configurations whole.
      if (headersOnly && ledger.block(number)?.isConfig !== true) delete block.data;
      return create(orderer.DeliverResponseSchema, { Type: { case: "block", value: block } });
    },
    clock: context.clock,
    logger: context.logger,
  });
}
