import type { FastifyInstance } from "fastify";

/** Counts the requests under way, and gives a way to wait for their end, at most `milliseconds`. */
export function trackRequests(app: FastifyInstance): (milliseconds: number) => Promise<void> {
  let open = 0;
  let idle: (() => void) | undefined;
  app.addHook("onRequest", (_request, reply, done) => {
    open += 1;
    // Of the connection, not of the reply: it comes also when the client goes away.
    reply.raw.once("close", () => {
      open -= 1;
      if (open === 0) idle?.();
    });
    done();
  });
  return (milliseconds) =>
    new Promise((resolve) => {
      if (open === 0) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, milliseconds);
      idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
}
