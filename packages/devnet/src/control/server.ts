import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { isHeddleError } from "@heddle/network/errors";
import type { Logger } from "pino";
import { devnetErrors } from "../errors.ts";
import { controlRequestSchema, type ControlAnswer, type ControlRequest } from "./messages.ts";
import { reachSocket } from "./socket.ts";

/**
 * Takes requests to change the nodes on a Unix socket that its owner alone can reach. What was asked for is done to its
 * end, whether or not the asker waits for the answer.
 */
export async function openControl(file: string, serve: (request: ControlRequest) => Promise<void>, logger: Logger): Promise<Server> {
  const answer = async (socket: Socket): Promise<ControlAnswer> => {
    try {
      const request = controlRequestSchema.parse(JSON.parse(await text(socket)));
      logger.info({ ...request }, "devnet was asked for a change");
      await serve(request);
      return { done: true };
    } catch (error) {
      logger.error({ err: error }, "a change failed");
      const reason = error instanceof Error ? error.message : String(error);
      const { code, message } = isHeddleError(error) ? error : devnetErrors.create("DEVNET_CONTROL_FAILED", { reason }, { cause: error });
      return { done: false, code, message };
    }
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    void answer(socket).then((said) => socket.end(JSON.stringify(said)));
  });
  // Left by a process that was killed.
  rmSync(file, { force: true });
  await reachSocket(file, async (name) => {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(name, resolve);
    });
  });
  chmodSync(file, 0o600);
  server.unref();
  return server;
}
