// The same scripts on a network of real orderers and peers and on devnet, with the same identities and the same
// chaincode process: codes, texts and bytes have to be the same.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createGenesisBlock } from "@heddle/fabric";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { calls } from "./differential/calls.ts";
import { gateway } from "./differential/gateway.ts";
import { ledgerOf } from "./differential/ledgers.ts";
import { lifecycleAnswers } from "./differential/lifecycle.ts";
import { ordering } from "./differential/ordering.ts";
import { participation } from "./differential/participation.ts";
import { proposals } from "./differential/proposals.ts";
import type { Observation, Side } from "./differential/side.ts";
import { streams } from "./differential/streams.ts";
import { upgrades } from "./differential/upgrades.ts";
import { ConsortiumClient } from "./support/client.ts";
import { createConsortium, withOtherPorts } from "./support/consortium.ts";
import { DevnetNetwork } from "./support/devnet-network.ts";
import { RealNetwork } from "./support/real-network.ts";
import { channelSpec } from "./support/spec.ts";
import { skipped, whyNoFabric } from "./support/tools.ts";

const reason = whyNoFabric(["orderer", "peer"], { ccaas: true });

describe.skipIf(reason !== undefined)(`Real Fabric and devnet, side by side${skipped(reason)}`, () => {
  let folder: string;
  const closing: (() => Promise<unknown>)[] = [];
  let real: Side;
  let devnet: Side;

  const both = <Value>(work: (side: Side) => Promise<Value>): Promise<[Value, Value]> => Promise.all([work(real), work(devnet)]);

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "heddle-differential-"));
    const consortium = await createConsortium(path.join(folder, "crypto"));
    const network = await RealNetwork.start(consortium, createGenesisBlock(channelSpec(consortium)), path.join(folder, "nodes"));
    closing.push(() => network.stop());
    const twin = await withOtherPorts(consortium);
    const embedded = await DevnetNetwork.start(twin);
    closing.push(() => embedded[Symbol.asyncDispose]());
    await embedded.join(createGenesisBlock(channelSpec(twin)));
    real = { consortium, client: new ConsortiumClient(consortium) };
    devnet = { consortium: twin, client: new ConsortiumClient(twin) };
    closing.push(() => real.client.stop());
    closing.push(() => devnet.client.stop());
    // One process serves the peers of both networks, so that packages and their ids are the same.
    for (const label of ["ledger_1", "other_1"]) {
      const service = await real.client.startService(label);
      await both(({ client }) => client.installPackage(service.package));
      const [name = ""] = label.split("_");
      await both(async ({ client }) => {
        await client.define({ name, version: "1", sequence: 1 }, service.id);
        if (name === "other") await client.define({ name: "starter", version: "1", sequence: 1, initRequired: true }, service.id);
      });
    }
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const scripts = [proposals, calls, lifecycleAnswers, ordering, streams, participation, gateway, upgrades];

  it.each(scripts.map((script) => [script.title, script] as const))("%s", async (_title, script) => {
    const [theirs, own] = await both((side) => script.run(side));
    expect(named(own)).toEqual(named(theirs));
    expect(theirs.length).toBeGreaterThanOrEqual(script.atLeast);
  });

  it("what both have written down: verdicts, read-write sets and answers of every transaction", async () => {
    const [theirs, own] = await both(ledgerOf);
    expect(named(own)).toEqual(named(theirs));
    expect(theirs.length).toBeGreaterThan(30);
  });
});

function named(observations: readonly Observation[]): Record<string, unknown> {
  const found = Object.fromEntries(observations);
  if (Object.keys(found).length !== observations.length) throw new Error("two observations have one name");
  return found;
}
