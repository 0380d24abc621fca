// An installation of its own process, to be killed by a test: `installer.ts HOME VERSION MIRROR`.
import { installToolchain } from "../../src/index.ts";

const [, , home = "", version = "", mirror = ""] = process.argv;
await installToolchain({ home, version, mirror });
