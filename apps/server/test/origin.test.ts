import { endpoints, type EndpointShape } from "@heddle/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, bearer, cookieName, makeSession } from "./support/ask.ts";
import { startServer, type TestServer } from "./support/server.ts";

let test: TestServer;
let cookie: string;
beforeAll(async () => {
  test = await startServer();
  cookie = `${cookieName(test)}=${(await makeSession(test, "owner")).token}`;
});
afterAll(() => test.stop());

const all = (Object.values(endpoints) as EndpointShape[]).map(({ method, path, permission }) => ({
  method,
  path: path.replaceAll(/\{\w+\}/g, "trade"),
  permission,
}));

/** What browsers send from pages that are not ours. The port of the second is another: the same site, another origin. */
const foreign: Readonly<Record<string, Record<string, string>>> = {
  "another site": { origin: "https://evil.example.com", "sec-fetch-site": "cross-site" },
  "another port": { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" },
  "another scheme": { origin: "https://127.0.0.1", "sec-fetch-site": "cross-site" },
  "a sandboxed frame": { origin: "null", "sec-fetch-site": "cross-site" },
  "another site, by an old browser": { origin: "https://evil.example.com" },
  "another site, without its origin": { "sec-fetch-site": "cross-site" },
  "another port, without its origin": { "sec-fetch-site": "same-site" },
};

describe.each(Object.entries(foreign))("a request from %s", (_what, headers) => {
  it.each(all)("$method $path is refused", async ({ method, path, permission }) => {
    const before = [test.calls.length, await test.store.events.lastId()];
    const sent = permission === "anyone" ? headers : { cookie, ...headers };
    const answer = await ask(test.server.url, method, path, { headers: sent, ...(method === "GET" ? {} : { body: {} }) });
    expect([answer.status, answer.code]).toEqual([403, "API_ORIGIN_REFUSED"]);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect([test.calls.length, await test.store.events.lastId()]).toEqual(before);
  });
});

describe("a change with a cookie", () => {
  it("is refused without a word of where it comes from", async () => {
    const answer = await ask(test.server.url, "DELETE", "/api/v1/networks/trade", { headers: { cookie } });
    expect(answer.code).toBe("API_ORIGIN_REFUSED");
  });

  it.each([
    ["the origin", { origin: "OWN" }],
    ["fetch metadata", { "sec-fetch-site": "same-origin" }],
    ["both", { origin: "OWN", "sec-fetch-site": "same-origin" }],
  ])("passes by %s", async (_what, { origin, ...rest }: { origin?: string; "sec-fetch-site"?: string }) => {
    const headers = { cookie, ...rest, ...(origin === undefined ? {} : { origin: test.server.url }) };
    const answer = await ask(test.server.url, "DELETE", "/api/v1/networks/trade", { headers });
    expect(answer.code).toBe("STORE_NETWORK_NOT_FOUND");
  });

  it("is refused where it calls itself typed into the address bar", async () => {
    const answer = await ask(test.server.url, "DELETE", "/api/v1/networks/trade", { headers: { cookie, "sec-fetch-site": "none" } });
    expect(answer.code).toBe("API_ORIGIN_REFUSED");
  });
});

describe("a request with the token", () => {
  it("is no browser's, whatever it says", async () => {
    const answer = await ask(test.server.url, "DELETE", "/api/v1/networks/trade", {
      headers: { ...bearer(test), ...foreign["another site"] },
    });
    expect(answer.code).toBe("STORE_NETWORK_NOT_FOUND");
  });

  it("is not preflighted by another site", async () => {
    const headers = {
      origin: "https://evil.example.com",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    };
    const answer = await ask(test.server.url, "OPTIONS", "/api/v1/networks", { headers });
    expect(answer.status).toBe(401);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });
});
