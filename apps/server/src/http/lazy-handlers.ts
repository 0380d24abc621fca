import type { EndpointName, Handlers } from "@heddle/api";

type AnyHandler = (request: unknown) => Promise<unknown>;

/** Handlers whose module is loaded when the first of them is asked: what speaks Fabric takes longer to load than the server to start. */
export function lazyHandlers<Name extends EndpointName>(
  names: readonly Name[],
  load: () => Promise<Pick<Handlers, Name>>,
): Pick<Handlers, Name> {
  let loaded: Promise<Pick<Handlers, Name>> | undefined;
  const entries = names.map((name) => {
    const handler: AnyHandler = async (request) => {
      loaded ??= load();
      return ((await loaded)[name] as AnyHandler)(request);
    };
    return [name, handler] as const;
  });
  // Each name has the handler of that name, which is what the type says.
  return Object.fromEntries(entries) as unknown as Pick<Handlers, Name>;
}
