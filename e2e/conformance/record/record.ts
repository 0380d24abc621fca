// Runs the scenarios and keeps what they came to. On native networks all of them, of real Fabric:
//   node --conditions=@heddle/source e2e/conformance/record/record.ts native "Hyperledger Fabric VERSION"
// and on the embedded one those that are listed to differ:
//   node --conditions=@heddle/source e2e/conformance/record/record.ts embedded
import { readScenarios } from "../support/features.ts";
import { ConformanceNetwork } from "../support/network.ts";
import { recordedAs, writeOrigin, writeRecording } from "../support/recordings.ts";
import { checkSteps, runScenario } from "../support/run.ts";

const [runtime, fabric] = process.argv.slice(2);
if (runtime !== "embedded" && runtime !== "native") throw new Error("say which runtime: embedded or native");
if (runtime === "native" && fabric === undefined) throw new Error("say which version of Fabric it is");

const kept = runtime === "native" ? "fabric" : "embedded";
const scenarios = readScenarios();
checkSteps(scenarios);
const transcripts = new Map<string, Map<string, string>>();
const failures: string[] = [];
const network = await ConformanceNetwork.start(runtime);
try {
  // All of them, since one finds what the others have left.
  for (const scenario of scenarios) {
    try {
      const transcript = await runScenario(network, scenario);
      if (recordedAs(scenario, runtime) !== kept) continue;
      const feature = transcripts.get(scenario.feature) ?? new Map<string, string>();
      transcripts.set(scenario.feature, feature.set(scenario.name, transcript));
    } catch (error) {
      failures.push(`${scenario.feature}: ${scenario.name}\n${error instanceof Error ? error.message : String(error)}`);
    }
  }
} finally {
  await network.close();
}
if (failures.length > 0 && runtime === "native") throw new Error(`not as the scenarios say:\n\n${failures.join("\n\n")}`);
for (const [feature, sections] of transcripts) writeRecording(kept, feature, sections);
if (fabric !== undefined) writeOrigin({ fabric, date: new Date().toISOString().slice(0, 10) });
console.log(`recorded ${[...transcripts.values()].reduce((sum, { size }) => sum + size, 0)} of ${scenarios.length} scenarios`);
