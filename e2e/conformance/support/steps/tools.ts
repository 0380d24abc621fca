// Fabric's own command line programs, with the environment that Heddle gives.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fabricTool, runProgram } from "../../../real-fabric/support/tools.ts";
import { step } from "../step.ts";

/** A program's output in lines: what it logs without time and number. */
function outputLines(mark: string, text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/^<time>(?: UTC)? [0-9a-f]{4,8} /, "").trimEnd())
    .filter((line) => line !== "")
    .map((line) => `${mark} ${line}`);
}

export const toolSteps = [
  step(String.raw`(?<organization>Org[123]|the orderers)'s? administrator runs:`, async (world, { part, block }) => {
    const { network } = world;
    const organization = part("organization") === "the orderers" ? "Orderer" : part("organization");
    const { variables } = network.environment(organization);
    const cwd = path.join(network.heddle.tmp, "scripts");
    mkdirSync(cwd, { recursive: true });
    const PATH = `${path.dirname(fabricTool("peer"))}:${process.env["PATH"] ?? ""}`;
    // Of what the programs log, what a person is told: not the connections below.
    const FABRIC_LOGGING_SPEC = "error:chaincodeCmd=info:channelCmd=info:cli=info";
    const env = { ...variables, FABRIC_LOGGING_SPEC, PATH, PEER_CONN_PARMS: variables["PEER_CONN_PARMS"] ?? "" };
    const { code, stdout, stderr } = await runProgram("/bin/sh", ["-euc", block], { env, cwd, timeoutMs: 60_000 });
    const told = (mark: string, text: string): string[] =>
      outputLines(
        mark,
        network
          .plain(text)
          .replaceAll(/"(current|previous)BlockHash":"[^"]*"/g, '"$1BlockHash":"<hash>"')
          .replaceAll(
            /(Received|Retrieving last config) block: ([1-9]\d*)/g,
            (_all, what: string, number: string) => `${what} block: ${world.relative(Number(number))}`,
          )
          .replaceAll(/"height": ?(\d+)/g, (_all, height: string) => `"height": "${world.relative(Number(height) - 1)}"`),
      );
    // Peers that are waited for answer in any order.
    world.observe({
      verdict: code === 0 ? "done" : `failed with ${code}`,
      lines: [...told("out", stdout), ...told("err", stderr).toSorted()],
    });
  }),
];
