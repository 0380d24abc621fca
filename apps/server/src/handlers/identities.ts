import type { Handlers } from "@heddle/api";
import type { HandlerContext } from "../ports.ts";
import { createSubmit, requireNetwork } from "./networks.ts";
import { optional } from "./views.ts";

type Names = "listIdentities" | "issueIdentity" | "revokeIdentity";

/** Handlers about the identities of a network. */
export function createIdentityHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const submit = createSubmit(context);
  return {
    async listIdentities({ params }) {
      await requireNetwork(context, params.name);
      const { services } = await context.backend();
      const identities = await services.identities(params.name);
      return {
        identities: identities.map(({ notBefore, notAfter, revokedAt, ...rest }) => ({
          ...rest,
          notBefore: notBefore.toISOString(),
          notAfter: notAfter.toISOString(),
          ...optional("revokedAt", revokedAt?.toISOString()),
        })),
      };
    },

    async issueIdentity({ params, body, caller }) {
      await requireNetwork(context, params.name);
      return submit(caller, "identity.issue", body, params.name);
    },

    async revokeIdentity({ params, caller }) {
      await requireNetwork(context, params.name);
      const { name, organization, user } = params;
      return submit(caller, "identity.revoke", { organization, user }, name);
    },
  };
}
