import type { Invocation } from "../command.ts";
import { table } from "../render/table.ts";
import { homeFolder } from "../server/home.ts";

/** `heddle toolchain list`: where Fabric's programs are, in the order in which they are looked for. */
export async function run({ output }: Invocation): Promise<void> {
  const { listToolchain } = await import("@heddle/runtimes");
  const places = await listToolchain(homeFolder());
  output.result({ places }, () =>
    table(
      ["version", "from", "programs", "pinned by", "selected", "folder"],
      places.map(({ version, from, programs, pinned, selected, folder }) => [
        version ?? "?",
        from,
        String(Object.keys(programs).length),
        pinned === undefined ? "" : `${pinned === "first use" ? "" : "digest "}${pinned}`,
        selected ? "yes" : "",
        folder,
      ]),
      "Fabric's programs are neither in HEDDLE_FABRIC_BIN, nor installed, nor on PATH",
    ),
  );
}
