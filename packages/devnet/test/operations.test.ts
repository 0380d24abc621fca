import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Durations } from "../src/operations/durations.ts";
import { prometheusText } from "../src/operations/prometheus-text.ts";
import { TestNetwork } from "./support/network.ts";

describe("the operations port", () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await TestNetwork.start();
    await network.deploy();
  });
  afterAll(() => network.close());

  const scrape = async (index: number): Promise<Map<string, number>> => {
    const { port } = network.config.nodes[index]?.operations ?? { port: 0 };
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.status).toBe(200);
    const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
  };

  it("counts proposals, transactions by their code and blocks", async () => {
    const { user } = network.organization(1);
    const gateway = network.gateway(1);
    const before = await scrape(1);
    await gateway.submit({ channelId: "trade", chaincode: "basic", args: ["put", "a", "1"] }, user);
    await expect(gateway.evaluate({ channelId: "trade", chaincode: "basic", args: ["nothing"] }, user)).rejects.toThrow(/nothing/);
    const after = await scrape(1);
    const grown = (name: string): number => (after.get(name) ?? Number.NaN) - (before.get(name) ?? 0);
    expect(grown(`ledger_blockchain_height{channel="trade"}`)).toBe(1);
    expect(grown(`ledger_transaction_count{channel="trade",validation_code="VALID"}`)).toBe(1);
    expect(grown("endorser_successful_proposals")).toBe(1);
    expect(grown("endorser_endorsement_failures")).toBe(1);
    expect(grown(`endorser_proposal_duration_count{success="true"}`)).toBe(1);
    expect(after.get("process_resident_memory_bytes")).toBeGreaterThan(0);
    expect((await scrape(0)).get(`consensus_etcdraft_committed_block_number{channel="trade"}`)).toBe(
      (after.get(`ledger_blockchain_height{channel="trade"}`) ?? 0) - 1,
    );
  });
});

describe("the text format", () => {
  it("escapes labels and leaves metrics without samples out", () => {
    const sample = { labels: { name: 'a"b\\c\nd' }, value: 1 };
    expect(
      prometheusText([
        { name: "one", help: "One.", type: "gauge", samples: [sample] },
        { name: "none", help: "None.", type: "gauge", samples: [] },
      ]),
    ).toBe('# HELP one One.\n# TYPE one gauge\none{name="a\\"b\\\\c\\nd"} 1\n');
  });

  it("counts durations in cumulative buckets", () => {
    const durations = new Durations();
    for (const seconds of [0.001, 0.02, 20]) durations.note(seconds);
    const samples = durations.samples({ success: "true" });
    const bucket = (bound: string): number | undefined => samples.find(({ labels }) => labels?.["le"] === bound)?.value;
    expect([bucket("0.005"), bucket("0.025"), bucket("10"), bucket("+Inf")]).toEqual([1, 2, 2, 3]);
    expect(samples.find(({ suffix }) => suffix === "_count")?.value).toBe(3);
  });
});
