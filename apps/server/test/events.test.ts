import type { HeddleEvent } from "@heddle/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./support/server.ts";

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

function append(data: unknown, network = "trade"): Promise<void> {
  return test.store.events.append([{ type: "test", network, operation: undefined, data }]);
}

async function take(items: AsyncIterable<HeddleEvent>, count: number): Promise<HeddleEvent[]> {
  const taken: HeddleEvent[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

describe("the event stream", () => {
  it("gives what was, then what comes, once each and in order", async () => {
    for (let index = 0; index < 600; index += 1) await append(index);
    const reading = take(test.client.events({ query: { after: 0 } }), 610);
    for (let index = 600; index < 610; index += 1) await append(index);
    expect((await reading).map(({ data }) => data)).toEqual(Array.from({ length: 610 }, (_value, index) => index));
  });

  it("goes on after Last-Event-ID, which wins over the query", async () => {
    const last = await test.store.events.lastId();
    await append("missed");
    const response = await fetch(`${test.server.url}/api/v1/events?after=0`, {
      headers: { authorization: `Bearer ${test.server.token}`, "last-event-id": String(last) },
    });
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("missed")) text += (await reader?.read())?.value ?? "";
    await reader?.cancel();
    expect([...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]))).toEqual([last + 1]);
  });

  it("without a place to start gives only what is to come, of the network asked for", async () => {
    const stream = test.client.events({ query: { network: "wanted" } });
    const first = stream.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await append("other", "unwanted");
    await append("mine", "wanted");
    expect((await first).value).toMatchObject({ network: "wanted", data: "mine" });
    await stream.return();
  });

  it("ends when the server closes", async () => {
    const other = await startServer();
    const streams = [other.client.events({}, { reconnect: false }), other.client.events({}, { reconnect: false })];
    const ends = streams.map((stream) => take(stream, 1));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await other.stop();
    expect(await Promise.all(ends)).toEqual([[], []]);
  });
});

describe("logs", () => {
  beforeAll(() => test.store.networks.insert({ name: "trade", spec: {}, runtime: "embedded", state: "ready" }));

  it("tell what broke them off, and of the server's own faults no text", async () => {
    const linesOf = async (node: string): Promise<number> => {
      let lines = 0;
      for await (const _line of test.client.logs({ params: { name: "trade" }, query: { node } })) lines += 1;
      return lines;
    };
    await expect(linesOf("gone.org1.example.com")).rejects.toMatchObject({ code: "TOY_NODE_GONE", status: 404, next: "look for another" });
    const failed = linesOf("broken.org1.example.com");
    await expect(failed).rejects.toMatchObject({ code: "API_INTERNAL", status: 500 });
    await expect(failed).rejects.not.toThrow("secret");
  });

  it("are followed until the reader goes away", async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    for await (const { line } of test.client.logs({ params: { name: "trade" }, query: { follow: "true" } }, { signal: stop.signal })) {
      lines.push(line);
      stop.abort();
    }
    expect(lines).toEqual(["first\nline"]);
  });
});
