import { afterAll, beforeAll, expect, it } from "vitest";
import { dropStaged, stageKeys, sweepStaged } from "../../src/import/staging.ts";
import { Harness } from "../kinds/support/harness.ts";

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.open();
});
afterAll(() => harness.close());

const secrets = new Map([["organization/Org1", "a key"]]);
const noted = async (): Promise<unknown> => harness.store.settings.get("imports");

it("keeps keys until their import is over, and no note of it after that", async () => {
  const { world } = harness;
  const name = await stageKeys(world, secrets);
  expect(await world.keys.find(name, "organization/Org1")).toBe("a key");
  await sweepStaged(world);
  expect(await world.keys.names(name)).toEqual(["organization/Org1"]);
  await dropStaged(world, name);
  expect([await world.keys.names(name), await world.store.secrets.dataKey(name), await noted()]).toEqual([[], undefined, undefined]);
});

it("destroys keys whose import never began, since the server ended before", async () => {
  const { world, store } = harness;
  const [lost, awaited] = [await stageKeys(world, secrets), await stageKeys(world, secrets)];
  const at = new Date(Date.now() - 3_600_000).toISOString();
  await store.settings.put("imports", [
    { name: lost, at },
    { name: awaited, at },
  ]);
  // An operation that is on its way still needs its keys.
  const operation = { id: "00000000-0000-4000-8000-000000000001", kind: "network.import", network: "far", summary: "Import" };
  await store.operations.insert({ ...operation, input: { staged: awaited }, exclusive: true });
  const fresh = await stageKeys(world, secrets);
  expect([await world.keys.names(lost), await world.keys.names(awaited), await world.keys.names(fresh)]).toEqual([
    [],
    ["organization/Org1"],
    ["organization/Org1"],
  ]);
  expect(await noted()).toEqual([expect.objectContaining({ name: awaited }), expect.objectContaining({ name: fresh })]);
});
