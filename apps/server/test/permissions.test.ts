import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { endpoints, permissionsOf, roles, type EndpointShape, type Role } from "@heddle/api";
import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardRoutes } from "../src/http/guard.ts";
import { ask, bearer, browser, cookieName, makeSession, type Answer } from "./support/ask.ts";
import { startServer, type TestServer } from "./support/server.ts";

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

/** Every endpoint of the contract, with something in the place of each parameter. */
const all = (Object.entries(endpoints) as [string, EndpointShape][]).map(([name, shape]) => ({
  name,
  method: shape.method,
  path: shape.path.replace("{id}", "00000000-0000-4000-8000-000000000000").replaceAll(/\{\w+\}/g, "trade"),
  permission: shape.permission,
}));
const guarded = all.filter(({ permission }) => permission !== "anyone");

/** Requests that are no endpoint, and are not answered to somebody unknown either. */
const others = [
  ["GET", "/metrics"],
  ["GET", "/api/v1/nothing"],
  ["GET", "/api/"],
  ["GET", "/api/v1/networks/%zz"],
  ["GET", `/api/v1/networks/${"x".repeat(300)}`],
  ["PATCH", "/api/v1/networks"],
  ["POST", "/"],
  ["OPTIONS", "/api/v1/networks"],
] as const;

/** Everything a request could change. */
async function world(): Promise<unknown> {
  const { networks, operations, accounts, events, settings } = test.store;
  return {
    networks: await networks.list(),
    operations: await operations.list(),
    accounts: (await accounts.list()).map(({ name, role, passwordHash }) => ({ name, role, passwordHash })),
    last: await events.lastId(),
    settings: await settings.get("health"),
    calls: [...test.calls],
  };
}

describe("somebody unknown", () => {
  const rows = [...guarded.map(({ method, path }) => [method, path] as const), ...others];
  it.each(rows)("%s %s is not answered", async (method, path) => {
    const before = await world();
    const { token } = test.server;
    const own = { origin: test.server.url, "sec-fetch-site": "same-origin" };
    const idle = await makeSession(test, "owner", { age: 13, idle: 12.1 });
    const old = await makeSession(test, "owner", { age: 25, idle: 0.1, lasts: 24 });
    const ended = await makeSession(test, "owner");
    await test.store.accounts.delete(ended.account, "nobody");
    const both = await makeSession(test, "owner");
    const attempts: Readonly<Record<string, Record<string, string>>> = {
      nothing: {},
      "an empty header": { authorization: "" },
      "no token": { authorization: "Bearer" },
      "a wrong token": { authorization: "Bearer wrong" },
      "another scheme": { authorization: `Basic ${token}` },
      "no scheme": { authorization: token },
      "more than a token": { authorization: `Bearer ${token} more` },
      "a token cut short": { authorization: `Bearer ${token.slice(0, -1)}` },
      "the token as a cookie": { cookie: `${cookieName(test)}=${token}`, ...own },
      "a cookie of another name": { cookie: `session=${both.token}; x${cookieName(test)}=${both.token}`, ...own },
      "a session nobody has": { ...browser(test, "wrong") },
      "a session not used for 12 hours": browser(test, idle.token),
      "a session at its end": browser(test, old.token),
      "a session of an account that is gone": browser(test, ended.token),
      "the hash of a session": browser(test, "0".repeat(64)),
      "a good session with a wrong token": { ...browser(test, both.token), authorization: "Bearer wrong" },
      "a good session twice": { ...browser(test, both.token), cookie: `${cookieName(test)}=${both.token}; ${cookieName(test)}=x` },
    };
    for (const [what, headers] of Object.entries(attempts)) {
      const {
        status,
        code,
        headers: answer,
      } = await ask(test.server.url, method, path, { headers, body: method === "GET" ? undefined : {} });
      expect([what, status, code]).toEqual([what, 401, "API_UNAUTHORIZED"]);
      expect(answer["www-authenticate"]).toBe('Bearer realm="heddle"');
    }
    for (const { account } of [idle, old, both]) await test.store.accounts.delete(account, "nobody");
    expect(await world()).toEqual(before);
  });

  it.each(all.filter(({ permission }) => permission === "anyone"))("may try $name, and is not in by that", async ({ method, path }) => {
    const own = { origin: test.server.url, "sec-fetch-site": "same-origin" };
    const { status, code, headers } = await ask(test.server.url, method, path, { headers: own, body: {} });
    expect([status, code]).toEqual([422, "API_BODY_INVALID"]);
    expect(headers["set-cookie"]).toBeUndefined();
  });
});

describe.each(roles)("a session of role %s", (role: Role) => {
  const may = ({ permission }: (typeof guarded)[number]): boolean => permissionsOf[role].has(permission);
  const request = async ({ method, path }: (typeof guarded)[number]): Promise<Answer> => {
    const { token, account } = await makeSession(test, role);
    const answer = await ask(test.server.url, method, path, {
      headers: browser(test, token),
      body: method === "GET" ? undefined : {},
    });
    await test.store.accounts.delete(account, "nobody");
    return answer;
  };

  it.each(guarded.filter(may))("may $name", async (row) => {
    const { status, code } = await request(row);
    // Whatever the request lacks: it was let through to its handler.
    expect(["API_UNAUTHORIZED", "API_FORBIDDEN", "API_ORIGIN_REFUSED"]).not.toContain(code);
    expect(status).toBeLessThan(500);
  });

  it.each(guarded.filter((row) => !may(row)))("may not $name, and changes nothing by trying", async (row) => {
    const before = await world();
    const { status, code } = await request(row);
    expect([status, code]).toEqual([403, "API_FORBIDDEN"]);
    expect(await world()).toEqual(before);
  });
});

describe("the table of permissions", () => {
  it("is what the roles are for", () => {
    const may = (role: Role): string[] => guarded.filter(({ permission }) => permissionsOf[role].has(permission)).map(({ name }) => name);
    const [owner, operator, viewer] = [may("owner"), may("operator"), may("viewer")];
    expect(owner).toHaveLength(guarded.length);
    expect(owner).toEqual(expect.arrayContaining(operator));
    expect(operator).toEqual(expect.arrayContaining(viewer));
    // Nobody but owners touches accounts, and looking changes nothing.
    expect(operator.filter((name) => /account|audit|LoginLink|setPassword/i.test(name))).toEqual([]);
    const changes = guarded.filter(({ name, method }) => viewer.includes(name) && method !== "GET").map(({ name }) => name);
    expect(changes.toSorted()).toEqual(["changePassword", "estimateNetwork", "evaluateTransaction", "logout", "planNetwork"]);
  });

  it("is asked for every route: one that names no permission is not registered", () => {
    const app = fastify();
    guardRoutes(
      app,
      () => Promise.resolve(),
      () => Promise.resolve(),
    );
    expect(() => app.get("/open", () => "no")).toThrow("names no permission");
    app.get("/guarded", { config: { permission: "server.read" } }, () => "yes");
    expect([app.hasRoute({ method: "GET", url: "/open" }), app.hasRoute({ method: "GET", url: "/guarded" })]).toEqual([false, true]);
  });

  it("gives a role that this version does not know the least", async () => {
    const { token, account } = await makeSession(test, "emperor");
    const read = await ask(test.server.url, "GET", "/api/v1/networks", { headers: browser(test, token) });
    const write = await ask(test.server.url, "DELETE", "/api/v1/networks/trade", { headers: browser(test, token) });
    expect([read.status, write.code]).toEqual([200, "API_FORBIDDEN"]);
    await test.store.accounts.delete(account, "nobody");
  });
});

describe("with the token", () => {
  it("metrics are told, with units in their names", async () => {
    await test.client.listNetworks();
    const { status, body } = await ask(test.server.url, "GET", "/metrics", { headers: bearer(test) });
    expect(status).toBe(200);
    expect(body).toMatch(/heddle_http_requests_total\{method="GET",route="\/api\/v1\/networks",status="200"\} \d+/);
    expect(body).toMatch(
      /^heddle_certificate_expiry_timestamp_seconds\{network="trade",organization="Org1",owner="app",purpose="enrolment",serial="0a"\} 1900000000$/m,
    );
    expect(body).toMatch(/^heddle_process_resident_memory_bytes \d+/m);
  });

  it("metrics are told to the bearer of the token for scraping, which lasts, and nothing else is", async () => {
    const file = path.join(test.server.home, "metrics.token");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const headers = { authorization: `Bearer ${await readFile(file, "utf8")}` };
    expect(headers.authorization).toMatch(/^Bearer [\w-]{43}$/);
    expect((await ask(test.server.url, "GET", "/metrics", { headers })).status).toBe(200);
    for (const { method, path: elsewhere } of guarded) {
      expect((await ask(test.server.url, method, elsewhere, { headers })).code).toBe("API_UNAUTHORIZED");
    }
  });

  it("what is not there is told with its code, and what a path knows instead", async () => {
    const missing = await ask(test.server.url, "DELETE", "/api/v1/nothing?x=1", {
      headers: { authorization: `bearer ${test.server.token}` },
    });
    expect([missing.status, missing.code]).toEqual([404, "API_ROUTE_NOT_FOUND"]);
    const other = await ask(test.server.url, "PATCH", "/api/v1/networks/trade", { headers: bearer(test) });
    expect([other.status, other.code, other.headers.allow]).toEqual([405, "API_METHOD_REFUSED", "GET, PUT, DELETE"]);
  });

  it("nothing answers to a name that is not this machine's", async () => {
    const headers = { host: "evil.example.com", ...bearer(test) };
    for (const path of ["/api/v1/health", "/"]) {
      const { status, code } = await ask(test.server.url, "GET", path, { headers });
      expect([status, code]).toEqual([403, "API_HOST_REFUSED"]);
    }
  });
});
