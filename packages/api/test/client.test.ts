import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { isHeddleError } from "@heddle/network";
import { createClient, type HeddleEvent } from "../src/index.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function listen(listener: Listener): Promise<string> {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const address = made.address();
  return `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}/`;
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (isHeddleError(error)) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

const event = (id: number): string => {
  const value = { id, at: "2026-11-01T00:00:00.000Z", type: "test", data: { line: "a\nb" } };
  return `id: ${id}\ndata: ${JSON.stringify(value)}\n\n`;
};

describe("the client", () => {
  it("sends method, path, query, body and token", async () => {
    const seen: unknown[] = [];
    const url = await listen((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push([request.method, request.url, request.headers.authorization, request.headers["content-type"], body]);
        response.end(JSON.stringify({ payload: "aGk=", text: "hi" }));
      });
    });
    const client = createClient(url, "secret");
    const answer = await client.evaluateTransaction({
      params: { name: "trade", chaincode: "basic" },
      body: { function: "read", args: ["ü"] },
    });
    expect(answer).toEqual({ payload: "aGk=", text: "hi" });
    await codeOf(client.listOperations({ query: { network: "trade", limit: 3 } }));
    expect(seen).toEqual([
      ["POST", "/api/v1/networks/trade/chaincodes/basic/evaluate", "Bearer secret", "application/json", '{"function":"read","args":["ü"]}'],
      ["GET", "/api/v1/operations?network=trade&limit=3", "Bearer secret", undefined, ""],
    ]);
  });

  it("throws the server's error with its code, status, advice and problems", async () => {
    const error = { code: "TOY_WRONG", message: "no", next: "mend it", problems: [{ path: "a.b", message: "bad", suggestion: "c" }] };
    const url = await listen((_request, response) => {
      response.statusCode = 409;
      response.end(JSON.stringify({ error }));
    });
    await expect(createClient(url, "t").listNetworks()).rejects.toMatchObject({ ...error, name: "HeddleError", status: 409 });
  });

  it.each([
    ["what is not JSON", 200, "<html>", "API_RESPONSE_INVALID"],
    ["another shape", 200, '{"networks": 5}', "API_RESPONSE_INVALID"],
    ["an error of another shape", 500, '{"error": "no"}', "API_RESPONSE_INVALID"],
  ])("throws on %s", async (_what, status, body, code) => {
    const url = await listen((_request, response) => {
      response.statusCode = status;
      response.end(body);
    });
    expect(await codeOf(createClient(url, "t").listNetworks())).toBe(code);
  });

  it("says when nobody answers", async () => {
    expect(await codeOf(createClient("http://127.0.0.1:1", "t").listNetworks())).toBe("API_UNREACHABLE");
  });
});

describe("the event stream", () => {
  it("goes on after the last id when the connection breaks", async () => {
    const asked: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      const last = request.headers["last-event-id"];
      asked.push(typeof last === "string" ? last : undefined);
      response.writeHead(200, { "content-type": "text/event-stream" });
      const from = Number(last ?? 0) + 1;
      // The second event is cut in the middle and comes again, whole.
      response.write(`: ping\n\n${event(from)}${event(from + 1).slice(0, 20)}`);
      setTimeout(() => response.destroy(), 20);
    });
    const seen: HeddleEvent[] = [];
    for await (const one of createClient(url, "t").events()) {
      seen.push(one);
      if (seen.length === 3) break;
    }
    expect(seen.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(seen[0]?.data).toEqual({ line: "a\nb" });
    expect(asked).toEqual([undefined, "1", "2"]);
  });

  it("ends when its signal is aborted", async () => {
    const url = await listen((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(event(1));
    });
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const { id } of createClient(url, "t").events({}, { signal: stop.signal })) {
      seen.push(id);
      stop.abort();
    }
    expect(seen).toEqual([1]);
  });

  it("throws the error with which it broke off, with its code and status", async () => {
    const error = { code: "TOY_GONE", message: "gone", next: "look", problems: [] };
    const url = await listen((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`${event(1)}event: error\ndata: ${JSON.stringify({ status: 404, error })}\n\n`);
    });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { id } of createClient(url, "t").events()) seen.push(id);
    })();
    await expect(reading).rejects.toMatchObject({ ...error, name: "HeddleError", status: 404 });
    expect(seen).toEqual([1]);
  });

  it("does not ask again after a refusal, nor where reconnecting is off", async () => {
    let asked = 0;
    const url = await listen((_request, response) => {
      asked += 1;
      if (asked === 1) {
        response.statusCode = 401;
        response.end(JSON.stringify({ error: { code: "API_UNAUTHORIZED", message: "", next: "", problems: [] } }));
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(event(1));
    });
    const client = createClient(url, "t");
    expect(await codeOf(client.events().next())).toBe("API_UNAUTHORIZED");
    const seen: number[] = [];
    for await (const { id } of client.events({}, { reconnect: false })) seen.push(id);
    expect({ seen, asked }).toEqual({ seen: [1], asked: 2 });
  });
});
