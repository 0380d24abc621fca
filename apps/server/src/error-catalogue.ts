import { apiErrors } from "@heddle/api";
import { explorerErrors } from "@heddle/explorer";
import { fabricErrors } from "@heddle/fabric";
import { networkErrors, type ErrorDescriptor } from "@heddle/network";
import { engineErrors, operationErrors } from "@heddle/operations";
import { runtimeErrors, toolchainErrors } from "@heddle/runtimes";
import { storeErrors } from "@heddle/store";
import { authErrors } from "./auth/errors.ts";
import { consoleErrors } from "./console/errors.ts";

/** Every error that an answer of the API may tell of. Loading it loads every package, so it is imported when it is asked for. */
export const catalogue: Readonly<Record<string, ErrorDescriptor>> = Object.assign(
  {},
  ...[
    apiErrors,
    authErrors,
    consoleErrors,
    engineErrors,
    explorerErrors,
    fabricErrors,
    networkErrors,
    operationErrors,
    runtimeErrors,
    storeErrors,
    toolchainErrors,
  ].map(({ descriptors }) => descriptors),
) as Readonly<Record<string, ErrorDescriptor>>;

/** HTTP status of an error's code. Throws TypeError for a code that no catalogue has. */
export function statusOf(code: string): number {
  const descriptor = catalogue[code];
  if (descriptor === undefined) throw new TypeError(`no catalogue has the error ${code}`);
  return descriptor.status;
}
