import type { Certificate, CertificateCalendar, Handlers } from "@heddle/api";
import type { CertificateCalendar as CalendarFacts, CertificateView } from "@heddle/operations";
import type { HandlerContext } from "../ports.ts";
import { createSubmit, requireNetwork } from "./networks.ts";
import { optional } from "./views.ts";

type Names = "listCertificates" | "rehearseCertificates" | "renewCertificates";

/** Handlers about when certificates expire. */
export function createCertificateHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const submit = createSubmit(context);
  return {
    async listCertificates({ params }) {
      await requireNetwork(context, params.name);
      const { services } = await context.backend();
      return viewCalendar(await services.certificates(params.name));
    },

    async rehearseCertificates({ params, query }) {
      await requireNetwork(context, params.name);
      const { services } = await context.backend();
      const { consequences, ...calendar } = await services.rehearseCertificates(params.name, new Date(query.at));
      return { ...viewCalendar(calendar), consequences: consequences.map((one) => ({ ...one })) };
    },

    async renewCertificates({ params, body, caller }) {
      await requireNetwork(context, params.name);
      const { services } = await context.backend();
      return submit(caller, "certificates.renew", await services.renewal(params.name, body), params.name);
    },
  };
}

function viewCalendar({ at, certificates, unread }: CalendarFacts): CertificateCalendar {
  return { at: at.toISOString(), certificates: certificates.map(viewCertificate), unread: [...unread] };
}

function viewCertificate({ notBefore, notAfter, revokedAt, uses, ...rest }: CertificateView): Certificate {
  return {
    ...rest,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    uses: uses.map((use) => ({ ...use })),
    ...optional("revokedAt", revokedAt?.toISOString()),
  };
}
