// The scenarios on Fabric's own peers and orderers: what was recorded of them is what they do.
import { whyNoFabric } from "../real-fabric/support/tools.ts";
import { conformance } from "./support/suite.ts";

const bin = process.env["HEDDLE_FABRIC_BIN"];
// The server of these tests is given PATH, nothing else.
if (bin !== undefined && bin !== "") process.env["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;

conformance("native", whyNoFabric(["peer", "orderer", "osnadmin"]));
