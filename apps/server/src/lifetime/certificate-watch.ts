import { isHeddleError } from "@heddle/network";
import type { ExpiringCertificate } from "@heddle/operations";
import type { Store } from "@heddle/store";
import type { Logger } from "pino";

const HOUR_MS = 3_600_000;

/** What the watch over certificates needs. */
export interface CertificateWatch {
  readonly store: Pick<Store, "networks">;
  /** Warns of a network's certificates that begin to expire; those that were new. */
  readonly warn: (network: string) => Promise<readonly ExpiringCertificate[]>;
  readonly logger: Pick<Logger, "warn" | "error">;
}

/** Looks at the certificates of every network at once and then every hour. Resolves the returned function once no look is under way. */
export function watchCertificates({ store, warn, logger }: CertificateWatch): () => Promise<void> {
  let stopped = false;
  const look = async (): Promise<void> => {
    for (const { name: network } of await store.networks.list()) {
      if (stopped) return;
      try {
        const certificates = await warn(network);
        if (certificates.length > 0) logger.warn({ network, certificates }, "certificates expire");
      } catch (error) {
        if (!isHeddleError(error, "STORE_NETWORK_NOT_FOUND")) logger.error({ err: error, network }, "certificates could not be looked at");
      }
    }
  };
  const begin = (): Promise<void> => look().catch((error: unknown) => logger.error({ err: error }, "certificates could not be looked at"));
  let looking = begin();
  const timer = setInterval(() => {
    looking = looking.then(begin);
  }, HOUR_MS);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await looking;
  };
}
