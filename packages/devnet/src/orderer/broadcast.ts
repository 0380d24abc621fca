import { create } from "@bufbuild/protobuf";
import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import { common, orderer } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import type { Chain } from "./chain.ts";
import { readEnvelope, Refusal } from "./filters.ts";

/** Orders an envelope on the channel that it names. Throws {@link Refusal}. */
export function orderEnvelope(envelope: common.Envelope, chain: (channelId: string) => Chain | undefined): void {
  const read = readEnvelope(envelope);
  const found = chain(read.channelId);
  if (found === undefined) throw new Refusal(common.Status.BAD_REQUEST, "channel does not exist");
  found.order(read);
}

/** `orderer.AtomicBroadcast/Broadcast`: an answer for each envelope; the first refusal ends the stream (Fabric: orderer/common/broadcast). */
export function broadcastHandler(
  chain: (channelId: string) => Chain | undefined,
  logger: Logger,
): handleBidiStreamingCall<common.Envelope, orderer.BroadcastResponse> {
  return (call) => {
    let over = false;
    const answer = (status: common.Status, info = ""): void => {
      call.write(create(orderer.BroadcastResponseSchema, { status, info }));
      if (status === common.Status.SUCCESS) return;
      over = true;
      call.end();
    };
    call.on("data", (envelope: common.Envelope) => {
      if (over) return;
      try {
        orderEnvelope(envelope, chain);
        answer(common.Status.SUCCESS);
      } catch (error) {
        if (error instanceof Refusal) {
          logger.info({ status: common.Status[error.status], info: error.message }, "an envelope was refused");
          answer(error.status, error.message);
        } else {
          logger.error({ err: error }, "an envelope could not be ordered");
          answer(common.Status.INTERNAL_SERVER_ERROR, "the envelope could not be ordered");
        }
      }
    });
    call.on("error", () => {
      over = true;
    });
    call.on("end", () => {
      if (!over) call.end();
    });
  };
}
