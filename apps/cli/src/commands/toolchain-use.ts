import { argument, type Invocation } from "../command.ts";
import { homeFolder } from "../server/home.ts";

/** `heddle toolchain use`: which installed version native networks get where several fit. */
export async function run(invocation: Invocation): Promise<void> {
  const { output } = invocation;
  const { selectToolchain } = await import("@heddle/runtimes");
  const selected = await selectToolchain(homeFolder(), argument(invocation, 0));
  const [, series = ""] = /^(\d+\.\d+)/.exec(selected.version) ?? [];
  output.result(selected, () => `Networks of fabricVersion ${series} use ${selected.version} when their nodes are started\n`);
  if ((process.env["HEDDLE_FABRIC_BIN"] ?? "") !== "") output.note("HEDDLE_FABRIC_BIN is set, and goes before what is installed");
}
