// A network that no Heddle has made, on devnet in the test's own process: imported, used, forgotten.
import { describe } from "vitest";
import { importScenario } from "./support/scenario.ts";

describe("A network on devnet that Heddle did not make", () => {
  importScenario("devnet");
});
