import { fromBinary } from "@bufbuild/protobuf";
import { common, peer } from "@heddle/fabric/wire";
import { BlockSlot } from "@heddle/fabric";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChannelLedger } from "../../../packages/devnet/src/ledger/ledger.ts";
import { ordererBlock, storedCommitHash } from "../../../packages/devnet/test/support/vectors.ts";
import { skipped, whyNoFabric } from "../../real-fabric/support/tools.ts";
import { readScenarios } from "./features.ts";
import { CHANNEL, ConformanceNetwork, type Runtime } from "./network.ts";
import { readRecordings, recordedAs } from "./recordings.ts";
import { checkSteps, runScenario } from "./run.ts";

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? new Uint8Array()).toString("hex");
const START_MS = 180_000;
const SCENARIO_MS = 60_000;

/** Runs every scenario on a runtime; without one, they are skipped for that reason. */
export function conformance(runtime: Runtime, reason: string | undefined): void {
  const scenarios = readScenarios();
  checkSteps(scenarios);
  const recorded = { fabric: readRecordings("fabric"), embedded: readRecordings("embedded") };
  const noTools = reason ?? whyNoFabric(["peer", "osnadmin"]);

  describe.skipIf(reason !== undefined)(`conformance of ${runtime} networks${skipped(reason)}`, () => {
    let network: ConformanceNetwork;

    beforeAll(async () => {
      network = await ConformanceNetwork.start(runtime);
    }, START_MS);
    afterAll(async () => network.close(), START_MS);

    describe.each([...new Set(scenarios.map(({ feature }) => feature))])("%s", (feature) => {
      for (const scenario of scenarios.filter((one) => one.feature === feature)) {
        const why = scenario.tools ? noTools : undefined;
        it.skipIf(why !== undefined)(
          `${scenario.name}${reason === undefined ? skipped(why) : ""}`,
          async () => {
            const transcript = await runScenario(network, scenario);
            expect(transcript).toBe(recorded[recordedAs(scenario, runtime)].get(`${feature}: ${scenario.name}`));
          },
          SCENARIO_MS,
        );
      }
    });

    it(
      "every block that was committed: codes and commit hash are the same on both peers, and what devnet's validator makes of it",
      async () => {
        const [one, two] = await Promise.all(["Org1", "Org2"].map((organization) => blocksOf(network, organization)));
        const shared = Math.min(one?.length ?? 0, two?.length ?? 0);
        expect(shared).toBeGreaterThan(50);
        const [genesis = new Uint8Array()] = one ?? [];
        const ledger = ChannelLedger.create({ channelId: CHANNEL, store: { kind: "memory" } }, ordererBlock(genesis));
        for (let number = 1; number < shared; number += 1) {
          const stored = one?.[number] ?? new Uint8Array();
          const { codes, commitHash } = ledger.commit(ordererBlock(stored));
          const names = (found: Uint8Array): string[] => [...found].map((code) => peer.TxValidationCode[code] ?? String(code));
          const made = { number, codes: names(Uint8Array.from(codes)), commitHash: hex(commitHash) };
          for (const bytes of [stored, two?.[number] ?? new Uint8Array()]) {
            const block = fromBinary(common.BlockSchema, bytes);
            const flags = block.metadata?.metadata[BlockSlot.transactionsFilter] ?? new Uint8Array();
            expect({ number, codes: names(flags), commitHash: hex(storedCommitHash(block)) }).toEqual(made);
          }
        }
        ledger.close();
      },
      SCENARIO_MS,
    );
  });
}

/** Every block of the channel that the peer of an organisation has. */
async function blocksOf(network: ConformanceNetwork, organization: string): Promise<Uint8Array[]> {
  const client = network.peer(`peer0.${organization.toLowerCase()}.example.com`);
  const { identity } = network.people.find(`${organization}'s administrator`);
  const { height } = await client.channelInfo(CHANNEL, identity);
  const blocks: Uint8Array[] = [];
  for (let number = 0; number < height; number += 1) blocks.push(await client.block(CHANNEL, number, identity));
  return blocks;
}
