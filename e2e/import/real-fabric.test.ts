// The same on real Hyperledger Fabric peers and orderers.
import { describe } from "vitest";
import { skipped, whyNoFabric } from "../real-fabric/support/tools.ts";
import { importScenario } from "./support/scenario.ts";

const reason = whyNoFabric(["orderer", "peer"], { ccaas: true });

describe.skipIf(reason !== undefined)(`A network of real Fabric that Heddle did not make${skipped(reason)}`, () => {
  importScenario("real");
});
