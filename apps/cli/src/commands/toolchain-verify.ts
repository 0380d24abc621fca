import { optionalArgument, type Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { homeFolder } from "../server/home.ts";

/** `heddle toolchain verify`: whether what is installed is what was pinned. */
export async function run(invocation: Invocation): Promise<void> {
  const { output } = invocation;
  const { changeOf, verifyToolchain } = await import("@heddle/runtimes");
  const home = homeFolder();
  const versions = await verifyToolchain(home, optionalArgument(invocation, 0));
  output.result({ versions }, () =>
    table(
      ["version", "program", "state"],
      versions.flatMap(({ version, programs }) => programs.map(({ program, state }) => [version, program, state])),
      "nothing is installed",
    ),
  );
  const change = changeOf(home, versions);
  if (change !== undefined) throw change;
}
