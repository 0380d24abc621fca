import type { Handlers } from "@heddle/api";
import type { HandlerContext } from "../ports.ts";
import { createSubmit } from "./networks.ts";

/** Handlers that import networks. What they are given holds private keys: it goes on to the services, and into no log. */
export function createImportHandlers(context: HandlerContext): Pick<Handlers, "lookAtImport" | "importNetwork"> {
  const submit = createSubmit(context);
  return {
    async lookAtImport({ body }) {
      const { services } = await context.backend();
      const { nodes, identities, chaincodes, skipped, notes, spec } = await services.lookAtImport(body);
      return {
        spec,
        nodes: nodes.map((one) => ({ ...one })),
        identities: identities.map((one) => ({ ...one })),
        chaincodes: chaincodes.map((one) => ({ ...one })),
        skipped: skipped.map((one) => ({ ...one })),
        notes: [...notes],
      };
    },

    async importNetwork({ body, caller }) {
      const { services } = await context.backend();
      const input = await services.importInput(body);
      try {
        return await submit(caller, "network.import", input, body.name);
      } catch (error) {
        await services.dropImport(input);
        throw error;
      }
    },
  };
}
