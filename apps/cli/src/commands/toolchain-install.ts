import path from "node:path";
import { argument, text, usageError, type Invocation } from "../command.ts";
import { megabytes } from "../render/values.ts";
import { homeFolder } from "../server/home.ts";

/** `heddle toolchain install`: a version of Fabric, checked and pinned. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const archive = text(invocation, "archive");
  const given = text(invocation, "mirror");
  if (archive !== undefined && given !== undefined) throw usageError(invocation, "--archive and --mirror exclude each other");
  const mirror = given ?? process.env["HEDDLE_FABRIC_MIRROR"];
  const { installToolchain } = await import("@heddle/runtimes");
  const done = await installToolchain({
    home: homeFolder(),
    version: argument(invocation, 0),
    mirror: mirror === "" ? undefined : mirror,
    archive: archive === undefined ? undefined : path.resolve(archive),
    sha256: text(invocation, "sha256"),
    signal,
    progress: (received, total) => {
      output.status(`${megabytes(received)}${total === undefined ? "" : ` of ${megabytes(total)}`}`);
    },
  });
  const { version, pin, installed, folder } = done;
  output.end();
  if (installed && pin.origin === "first use")
    output.note(
      `notice: no digest of ${pin.archive} was published or given, so nothing vouches for it; it is pinned as it is now: ${pin.sha256}`,
    );
  output.result(done, () =>
    installed
      ? `Fabric ${version} is installed in ${folder}; SHA-256 ${pin.sha256} (${pin.origin})\n`
      : `Fabric ${version} is there already, as it was pinned: ${folder}\n`,
  );
}
