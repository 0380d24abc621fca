import { existsSync } from "node:fs";
import { isHeddleError } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChannelLedger } from "../src/ledger/ledger.ts";
import { resetLedger } from "../src/ledger/reset.ts";
import { ledgerFile } from "../src/node/channels.ts";
import { TestNetwork } from "./support/network.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const call = (...args: string[]) => ({ channelId: "trade", chaincode: "basic", args });

describe("a kept channel taken back to a block", () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await TestNetwork.start({ storage: "kept" });
    await network.deploy();
  });
  afterAll(() => network.close());

  it("has the state, the approvals and the commit hash of that block, and goes on from there", async () => {
    const { user, client, admin } = network.organization(1);
    const first = await network.gateway(1).submit(call("put", "a", "1"), user);
    await network.gateway(1).submit(call("put", "a", "2"), user);
    await network.gateway(1).submit(call("put", "b", "1"), user);
    const before = await client.block("trade", first.blockNumber, admin);
    await network.restart(() => {
      resetLedger({ channelId: "trade", block: first.blockNumber, file: ledgerFile(network.config.directory, "trade") });
      return Promise.resolve();
    });
    const peer = network.organization(1).client;
    expect((await peer.channelInfo("trade", admin)).height).toBe(first.blockNumber + 1);
    // The whole block, with the flags and the commit hash that peers add.
    expect(Buffer.from(await peer.block("trade", first.blockNumber, admin)).equals(before)).toBe(true);
    expect(text(await network.gateway(1).evaluate(call("get", "a"), user))).toBe("1");
    expect(await peer.definitionApprovals("trade", "basic", admin)).toEqual({ Org1MSP: true, Org2MSP: true });
    const next = await network.gateway(2).submit(call("put", "a", "3"), network.organization(2).user);
    expect(next.blockNumber).toBe(first.blockNumber + 1);
  });

  it("stays as it is when there is no such block", async () => {
    const file = ledgerFile(network.config.directory, "trade");
    let heights: readonly number[] = [];
    await network.restart(() => {
      const height = (): number => {
        const ledger = ChannelLedger.open({ channelId: "trade", store: { kind: "file", file } });
        ledger.close();
        return ledger.height;
      };
      const before = height();
      let code: string | undefined;
      try {
        resetLedger({ channelId: "trade", block: before, file });
      } catch (error) {
        code = isHeddleError(error) ? error.code : undefined;
      }
      expect(code).toBe("DEVNET_RESET_REFUSED");
      heights = [before, height()];
      return Promise.resolve();
    });
    expect(heights[1]).toBe(heights[0]);
    expect(existsSync(`${file}.reset`)).toBe(false);
  });
});
