import { randomUUID } from "node:crypto";
import { activeStates } from "@heddle/store";
import type { World } from "../services/world.ts";

/** Names the keys that wait for their import, so that none is forgotten where a server ends in between. */
const SETTING = "imports";
/** Longer than any request that is still on its way to its operation. */
const ABANDONED_MS = 10 * 60_000;

interface Staged {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Seals keys under a name of their own until an operation gives them to their network; that name. */
export async function stageKeys(world: World, secrets: ReadonlyMap<string, string>): Promise<string> {
  await sweepStaged(world);
  const name = `import:${randomUUID()}`;
  await change(world, (staged) => [...staged, { name, at: new Date().toISOString() }]);
  await world.keys.putAll(name, secrets);
  return name;
}

/** Destroys keys that waited: they are their network's now, or nobody's. */
export async function dropStaged(world: World, name: string): Promise<void> {
  await world.keys.deleteFor(name);
  await change(world, (staged) => staged.filter((one) => one.name !== name));
}

/** Destroys keys whose import was never accepted, since the server ended before. */
export async function sweepStaged(world: World): Promise<void> {
  const before = Date.now() - ABANDONED_MS;
  const old = (await read(world.store)).filter(({ at }) => Date.parse(at) < before);
  if (old.length === 0) return;
  const running = await world.store.operations.list({ states: activeStates, limit: 100_000 });
  const awaited = new Set(running.map(({ input }) => (input as { readonly staged?: unknown } | undefined)?.staged));
  for (const { name } of old) if (!awaited.has(name)) await dropStaged(world, name);
}

async function read({ settings }: Pick<World["store"], "settings">): Promise<readonly Staged[]> {
  // Only `change` writes it.
  return ((await settings.get(SETTING)) as readonly Staged[] | undefined) ?? [];
}

function change(world: World, edit: (staged: readonly Staged[]) => readonly Staged[]): Promise<void> {
  return world.store.transaction(async (repositories) => {
    const left = edit(await read(repositories));
    if (left.length === 0) await repositories.settings.delete(SETTING);
    else await repositories.settings.put(SETTING, left);
  });
}
