// The scenarios on the embedded network, held to what was recorded of real Fabric.
import { conformance } from "./support/suite.ts";

conformance("embedded", undefined);
