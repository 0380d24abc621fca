import { HeddleError } from "@heddle/network";
import type { Runtime, RuntimePrograms } from "@heddle/runtimes";

/** A place where networks can run, and whether new ones can now. */
export interface RuntimeView {
  readonly name: string;
  /** What runs the nodes, where that is not Heddle itself. */
  readonly programs: RuntimePrograms | undefined;
  /** Why no network of the version can be created there, and what to do about it. */
  readonly problem: { readonly code: string; readonly message: string; readonly next: string } | undefined;
}

/** The runtimes of this server, as they are for networks of this version of Fabric. */
export function listRuntimes(runtimes: Iterable<Runtime>, fabricVersion: string): Promise<RuntimeView[]> {
  return Promise.all(
    Array.from(runtimes, async (runtime): Promise<RuntimeView> => {
      const { name } = runtime;
      try {
        await runtime.requireUsable?.(fabricVersion);
        return { name, programs: await runtime.programs?.(fabricVersion), problem: undefined };
      } catch (error) {
        if (!(error instanceof HeddleError)) throw error;
        const { code, message, next } = error;
        return { name, programs: undefined, problem: { code, message, next } };
      }
    }),
  );
}
