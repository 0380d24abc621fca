import http from "node:http";
import { endpoints } from "@heddle/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./support/server.ts";

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

const id = "00000000-0000-4000-8000-000000000000";
const routes = [
  ...Object.values(endpoints).map(
    ({ method, path }) => [method, path.replace("{name}", "trade").replace("{chaincode}", "basic").replace("{id}", id)] as const,
  ),
  ["GET", "/metrics"] as const,
  ["GET", "/"] as const,
  ["GET", "/api/v1/nothing"] as const,
  ["GET", "/api/v1/networks/%zz"] as const,
  ["GET", `/api/v1/networks/${"x".repeat(300)}`] as const,
  ["PATCH", "/api/v1/networks"] as const,
];

function ask(method: string, path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${test.server.url}${path}`, { method, headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.once("error", reject);
    request.end();
  });
}

function codeIn(body: string): unknown {
  return (JSON.parse(body) as { error?: { code?: unknown } }).error?.code;
}

describe("without the token", () => {
  it.each(routes)("%s %s does not answer", async (method, path) => {
    const { token } = test.server;
    const attempts: Record<string, string>[] = [
      {},
      { authorization: "" },
      { authorization: "Bearer" },
      { authorization: "Bearer wrong" },
      { authorization: `Basic ${token}` },
      { authorization: token },
      { authorization: `Bearer ${token} more` },
      { authorization: `Bearer ${token.slice(0, -1)}` },
      { cookie: `token=${token}` },
    ];
    for (const headers of attempts) {
      const { status, body } = await ask(method, path, headers);
      expect([status, codeIn(body)]).toEqual([401, "API_UNAUTHORIZED"]);
    }
    expect(await test.store.operations.list()).toEqual([]);
  });

  it("nothing answers to a name that is not this machine's, token or not", async () => {
    const { status, body } = await ask("GET", "/api/v1/health", { host: "evil.example.com", authorization: `Bearer ${test.server.token}` });
    expect([status, codeIn(body)]).toEqual([403, "API_HOST_REFUSED"]);
  });
});

describe("with the token", () => {
  it("metrics are told, with units in their names", async () => {
    await test.client.listNetworks();
    const { status, body } = await ask("GET", "/metrics", { authorization: `Bearer ${test.server.token}` });
    expect(status).toBe(200);
    expect(body).toContain('heddle_http_requests_total{method="GET",route="/api/v1/networks",status="200"} 1');
    expect(body).toMatch(/^heddle_process_resident_memory_bytes \d+/m);
  });

  it("what is not there is told with its code", async () => {
    const { status, body } = await ask("DELETE", "/api/v1/nothing?x=1", { authorization: `bearer ${test.server.token}` });
    expect([status, codeIn(body)]).toEqual([404, "API_ROUTE_NOT_FOUND"]);
  });
});
