import { z } from "zod";

/** What a running devnet is asked for; nodes by their names in its configuration file, as it is then. */
export const controlRequestSchema = z.strictObject({
  /** To serve, if they do not already. */
  start: z.array(z.string()).optional(),
  /** To end and start again from their files. */
  restart: z.array(z.string()).optional(),
  /** Peers that leave a channel. */
  leave: z.strictObject({ peers: z.array(z.string()), channel: z.string() }).optional(),
  /** To go with all they keep; the configuration names them no longer. */
  drop: z.array(z.string()).optional(),
});

/** A request on the control socket, sent whole before the sender half-closes. */
export type ControlRequest = z.infer<typeof controlRequestSchema>;

/** The answer, when all that was asked for is done or has failed. */
export type ControlAnswer = { readonly done: true } | { readonly done: false; readonly code: string; readonly message: string };
