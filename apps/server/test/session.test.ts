import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { formatNetworkFile, isHeddleError, presetNetwork } from "@heddle/network";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Login } from "../src/auth/login.ts";
import { hashPassword, isOutdated, verifyPassword } from "../src/auth/passwords.ts";
import { digest } from "../src/auth/secrets.ts";
import { Sessions } from "../src/auth/sessions.ts";
import { beginAttempt } from "../src/auth/throttle.ts";
import { ask, bearer, browser, cookieName, makeSession, type Answer } from "./support/ask.ts";
import { startServer, type TestServer } from "./support/server.ts";

const PASSWORD = "correct horse battery staple";
let test: TestServer;
let sessions: Sessions;
let own: Record<string, string>;

beforeAll(async () => {
  test = await startServer();
  sessions = new Sessions(test.store);
  own = { origin: test.server.url, "sec-fetch-site": "same-origin" };
  await test.client.createAccount({ body: { name: "alice", role: "operator", password: PASSWORD } });
});
afterAll(async () => {
  sessions.close();
  await test.stop();
});
// The tests share an address; each begins as if nobody had tried before.
afterEach(() => test.store.loginThrottle.prune(new Date(Date.now() + 1_000)));

/** Nobody has tried before these attempts, which failed, the last of them just now, as far apart as the throttle asks. */
async function fail(whose: { readonly account?: string; readonly address: string }, times: number): Promise<void> {
  await test.store.loginThrottle.prune(new Date(Date.now() + 1_000));
  const quarter = 15 * 60_000;
  const start = Date.now() - (times - 1) * quarter;
  for (let index = 0; index < times; index += 1) await beginAttempt(test.store, whose, new Date(start + index * quarter));
}

function logIn(password: string, account = "alice", headers: Record<string, string> = own): Promise<Answer> {
  return ask(test.server.url, "POST", "/api/v1/session", { headers, body: { account, password } });
}

function useLink(code: string, headers: Record<string, string> = own): Promise<Answer> {
  return ask(test.server.url, "POST", "/api/v1/session/link", { headers, body: { code } });
}

function tokenOf({ headers }: Answer): string {
  return /^heddle_session_\d+=([\w-]{43});/.exec(headers["set-cookie"]?.[0] ?? "")?.[1] ?? "no cookie";
}

async function whoIs(token: string): Promise<string> {
  const { status, body } = await ask(test.server.url, "GET", "/api/v1/session", { headers: browser(test, token) });
  return status === 200 ? (JSON.parse(body) as { account: string }).account : String(status);
}

describe("logging in with a password", () => {
  it("gives a cookie that scripts cannot read, that no other site sends, and that is nowhere else", async () => {
    const answer = await logIn(PASSWORD);
    expect(answer.status).toBe(200);
    const [cookie = "", ...more] = answer.headers["set-cookie"] ?? [];
    expect(more).toEqual([]);
    const [pair = "", ...flags] = cookie.split("; ");
    expect(pair).toMatch(new RegExp(`^${cookieName(test)}=[\\w-]{43}$`));
    // No Secure and no __Host- prefix: this server speaks plain HTTP, on loopback.
    expect(flags.toSorted()).toEqual(["HttpOnly", expect.stringMatching(/^Max-Age=604[78]\d\d$/), "Path=/", "SameSite=Strict"]);
    const token = tokenOf(answer);
    expect(answer.body).not.toContain(token);
    expect(JSON.parse(answer.body)).toMatchObject({ account: "alice", role: "operator", hasPassword: true });
    expect(await whoIs(token)).toBe("alice");
  });

  it("begins a session of its own each time, whatever session is presented, and ends that", async () => {
    const planted = "A".repeat(43);
    const first = tokenOf(await logIn(PASSWORD, "alice", browser(test, planted)));
    expect([first === planted, await whoIs(planted)]).toEqual([false, "401"]);
    const second = tokenOf(await logIn(PASSWORD, "alice", browser(test, first)));
    expect([second === first, await whoIs(first), await whoIs(second)]).toEqual([false, "401", "alice"]);
  });

  it("is refused in the same words, whether the name or the password is wrong, and begins nothing", async () => {
    await test.client.createAccount({ body: { name: "linkonly", role: "viewer" } });
    const answers = [
      await logIn("wrong password"),
      await logIn(PASSWORD, "nobody"),
      await logIn(PASSWORD, "linkonly"),
      await logIn("x", "admin"),
    ];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(answers[0]?.code).toBe("AUTH_LOGIN_REFUSED");
    for (const { headers } of answers) expect(headers["set-cookie"]).toBeUndefined();
  });

  it("is written down, without names that no account has", async () => {
    await logIn(PASSWORD);
    await logIn("wrong password");
    await logIn(PASSWORD, "my-password-in-the-wrong-field");
    const entries = (await test.store.audit.list({ limit: 3 })).map(({ actor, action, outcome }) => ({ actor, action, outcome }));
    expect(entries).toEqual([
      { actor: undefined, action: "login", outcome: "AUTH_LOGIN_REFUSED" },
      { actor: "alice", action: "login", outcome: "AUTH_LOGIN_REFUSED" },
      { actor: "alice", action: "login", outcome: "done" },
    ]);
  });
});

describe("the throttle", () => {
  it("lets five guesses at a password be made, however many come at once, and not the right one after them", async () => {
    const now = Date.now();
    const login = new Login(test.store, sessions, () => now);
    const guess = (password: string): Promise<string> =>
      login.byPassword("alice", password, "192.0.2.1").then(
        () => "entered",
        (error: unknown) => (isHeddleError(error) ? `${error.code} ${error.retryAfter ?? ""}` : String(error)),
      );
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_value, index) => guess(`guess number ${index}`)));
    expect(outcomes.filter((outcome) => outcome === "AUTH_LOGIN_REFUSED ")).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === "AUTH_THROTTLED 1")).toHaveLength(7);
    expect(await guess(PASSWORD)).toBe("AUTH_THROTTLED 1");
  });

  it("makes the right password wait too, says how long, and lets a link past", async () => {
    await fail({ account: "Alice", address: "192.0.2.2" }, 12);
    const late = await logIn(PASSWORD);
    expect([late.status, late.code]).toEqual([429, "AUTH_THROTTLED"]);
    expect(Number(late.headers["retry-after"])).toBeGreaterThan(60);
    // Another account is another matter.
    expect((await logIn("x", "nobody")).code).toBe("AUTH_LOGIN_REFUSED");
    const { code } = await test.client.createLoginLink({ params: { account: "alice" } });
    expect((await useLink(code)).status).toBe(200);
  });

  it("counts by address over all names and links", async () => {
    for (let index = 0; index < 3; index += 1) {
      expect([(await logIn("x", `name-${index}`)).code, (await useLink(`code-${index}`)).code]).toEqual([
        "AUTH_LOGIN_REFUSED",
        "AUTH_LINK_REFUSED",
      ]);
    }
    await fail({ address: "127.0.0.1" }, 24);
    expect([(await logIn(PASSWORD)).code, (await useLink("code")).code]).toEqual(["AUTH_THROTTLED", "AUTH_THROTTLED"]);
  });

  it("forgets an account's failures with a success, and does not count what succeeded", async () => {
    for (let round = 0; round < 6; round += 1) {
      for (let guess = 0; guess < 3; guess += 1) expect((await logIn("wrong password")).code).toBe("AUTH_LOGIN_REFUSED");
      expect((await logIn(PASSWORD)).status).toBe(200);
    }
  });

  it("takes a network of IPv6 addresses for one", async () => {
    const now = new Date();
    const attempt = (address: string): Promise<unknown> => beginAttempt(test.store, { address }, now).catch((error: unknown) => error);
    for (let index = 0; index < 20; index += 1) await attempt(`2001:db8:0:1::${index.toString(16)}`);
    expect(await attempt("2001:db8:0:1:ffff::1")).toMatchObject({ code: "AUTH_THROTTLED", retryAfter: 1 });
    expect(await attempt("2001:db8:0:2::1")).toHaveProperty("succeeded");
    expect(await attempt("::ffff:192.0.2.1")).toHaveProperty("succeeded");
  });

  it("keeps no name and no address", async () => {
    await logIn("x", "a-name-to-look-for");
    const database = new DatabaseSync(path.join(test.server.home, "heddle.db"), { readOnly: true });
    const rows = database.prepare("select * from login_throttle").all();
    database.close();
    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(rows)).not.toMatch(/a-name-to-look-for|127\.0\.0\.1/);
  });
});

describe("a login link", () => {
  it("works once, for one of many that use it at the same time", async () => {
    const { code, path } = await test.client.createLoginLink({ params: { account: "alice" } });
    expect(path).toBe(`/#/login/${code}`);
    const answers = await Promise.all(Array.from({ length: 6 }, () => useLink(code)));
    const entered = answers.filter(({ status }) => status === 200);
    expect(await Promise.all(entered.map((answer) => whoIs(tokenOf(answer))))).toEqual(["alice"]);
    expect(answers.filter(({ code: refused }) => refused === "AUTH_LINK_REFUSED")).toHaveLength(5);
    expect((await useLink(code)).code).toBe("AUTH_LINK_REFUSED");
  });

  it("is not in the store, and not good under its hash", async () => {
    const { code } = await test.client.createLoginLink({ params: { account: "alice" } });
    expect((await useLink(digest(code))).code).toBe("AUTH_LINK_REFUSED");
    expect((await useLink(code)).status).toBe(200);
  });

  it("runs out after ten minutes", async () => {
    const { code, expiresAt } = await test.client.createLoginLink({ params: { account: "alice" } });
    const lasts = new Date(expiresAt).getTime() - Date.now();
    expect(lasts).toBeLessThanOrEqual(600_000);
    expect(lasts).toBeGreaterThan(590_000);
    expect(await test.store.loginLinks.take(digest(code), new Date(expiresAt))).toBeUndefined();
  });
});

describe("a session", () => {
  it("ends when its owner logs out, and its cookie is taken away", async () => {
    const token = tokenOf(await logIn(PASSWORD));
    const answer = await ask(test.server.url, "DELETE", "/api/v1/session", { headers: browser(test, token) });
    expect(answer.headers["set-cookie"]?.[0]).toBe(`${cookieName(test)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`);
    expect(await whoIs(token)).toBe("401");
  });

  it("lasts while it is used, and no longer than a week", async () => {
    let now = Date.now();
    const own = new Sessions(test.store, () => now);
    const { token, expiresAt } = await own.begin("alice");
    const hours = 3_600_000;
    for (let index = 0; index < 13; index += 1) {
      now += 11 * hours;
      expect(await own.resolve(token)).toMatchObject({ account: "alice", role: "operator" });
    }
    now = expiresAt.getTime() - 1;
    await test.store.sessions.touch(digest(token), new Date(now));
    expect(await own.resolve(token)).toBeDefined();
    now += 1;
    expect(await own.resolve(token)).toBeUndefined();
    const other = await own.begin("alice");
    now += 12 * hours;
    expect(await own.resolve(other.token)).toBeUndefined();
    own.close();
  });

  it("ends with a new role, with its streams", async () => {
    const { token, account } = await makeSession(test, "operator");
    const response = await fetch(`${test.server.url}/api/v1/events?after=0`, { headers: { cookie: `${cookieName(test)}=${token}` } });
    const reader = response.body?.getReader();
    await reader?.read();
    const ended = (async () => {
      while ((await reader?.read())?.done === false);
      return "ended";
    })();
    await test.client.changeAccount({ params: { account }, body: { role: "viewer" } });
    expect([await ended, await whoIs(token)]).toEqual(["ended", "401"]);
  });

  it("ends with the account, and with a password that an owner sets", async () => {
    const removed = await makeSession(test, "viewer");
    const changed = await makeSession(test, "viewer");
    await test.client.deleteAccount({ params: { account: removed.account } });
    await test.client.setPassword({ params: { account: changed.account }, body: { next: "another password" } });
    expect([await whoIs(removed.token), await whoIs(changed.token)]).toEqual(["401", "401"]);
    expect((await logIn("another password", changed.account)).status).toBe(200);
  });
});

describe("changing one's own password", () => {
  const change = (token: string, body: object): Promise<Answer> =>
    ask(test.server.url, "PUT", "/api/v1/session/password", { headers: browser(test, token), body });

  it("asks for the one there is, and ends the other sessions", async () => {
    await test.client.createAccount({ body: { name: "carol", role: "viewer", password: PASSWORD } });
    const [here, there] = [tokenOf(await logIn(PASSWORD, "carol")), tokenOf(await logIn(PASSWORD, "carol"))];
    const next = "a password that is new";
    expect((await change(here, { next })).code).toBe("AUTH_LOGIN_REFUSED");
    expect((await change(here, { current: "wrong", next })).code).toBe("AUTH_LOGIN_REFUSED");
    expect((await change(here, { current: PASSWORD, next: "short" })).code).toBe("API_BODY_INVALID");
    expect((await change(here, { current: PASSWORD, next })).status).toBe(200);
    expect([await whoIs(here), await whoIs(there)]).toEqual(["carol", "401"]);
    expect([(await logIn(PASSWORD, "carol")).code, (await logIn(next, "carol")).status]).toEqual(["AUTH_LOGIN_REFUSED", 200]);
  });

  it("asks for none after the first login by a link", async () => {
    await test.client.createAccount({ body: { name: "dave", role: "viewer" } });
    const { code } = await test.client.createLoginLink({ params: { account: "dave" } });
    const token = tokenOf(await useLink(code));
    expect((await change(token, { next: PASSWORD })).status).toBe(200);
    expect((await logIn(PASSWORD, "dave")).status).toBe(200);
  });

  it("is throttled like a login", async () => {
    await test.client.createAccount({ body: { name: "erin", role: "viewer", password: PASSWORD } });
    const token = tokenOf(await logIn(PASSWORD, "erin"));
    await fail({ account: "erin", address: "192.0.2.3" }, 12);
    expect((await change(token, { current: PASSWORD, next: "a password that is new" })).code).toBe("AUTH_THROTTLED");
  });
});

describe("accounts", () => {
  it("keep an owner", async () => {
    const owners = (await test.client.listAccounts()).accounts.filter(({ role }) => role === "owner");
    expect(owners.map(({ name }) => name)).toEqual(["admin"]);
    await expect(test.client.deleteAccount({ params: { account: "admin" } })).rejects.toMatchObject({ code: "AUTH_LAST_OWNER" });
    await expect(test.client.changeAccount({ params: { account: "ADMIN" }, body: { role: "viewer" } })).rejects.toMatchObject({
      code: "AUTH_LAST_OWNER",
    });
  });

  it.each(["local", "Local", "alice", "ALICE"])("refuse the name %s", async (name) => {
    await expect(test.client.createAccount({ body: { name, role: "owner" } })).rejects.toMatchObject({ code: "AUTH_ACCOUNT_EXISTS" });
  });

  it("name who changed what: in operations, and in a trail that refusals are in too", async () => {
    const { token, account } = await makeSession(test, "viewer");
    const { status } = await ask(test.server.url, "DELETE", "/api/v1/networks/trade", { headers: browser(test, token) });
    expect(status).toBe(403);
    await test.client.deleteNetwork({ params: { name: "nothing" } }).catch(() => undefined);
    const { operation } = await test.client.createNetwork({ body: { file: formatNetworkFile(presetNetwork("solo", { name: "trade" })) } });
    expect(operation.actor).toBe("local");
    const [created, missing] = await test.store.audit.list({ actor: "local", limit: 2 });
    expect(created).toMatchObject({ action: "createNetwork", target: "trade", outcome: "done", operation: operation.id });
    const [own403] = await test.store.audit.list({ actor: account, limit: 1 });
    expect(own403).toMatchObject({ action: "deleteNetwork", target: "trade", outcome: "API_FORBIDDEN" });
    // Nothing that moves the cursor of who reads it, and nothing that was no request at all.
    await ask(test.server.url, "DELETE", `/api/v1/networks/${encodeURIComponent("\u001b[2J\u202e")}`, { headers: browser(test, token) });
    await ask(test.server.url, "DELETE", "/api/v1/networks/_", { headers: bearer(test) });
    expect((await test.store.audit.list({ actor: account, limit: 1 }))[0]?.target).toBe("?[2J?");
    expect((await test.store.audit.list({ actor: "local", limit: 1 }))[0]?.target).toBe("trade");
    expect(missing).toMatchObject({ action: "deleteNetwork", target: "nothing", outcome: "STORE_NETWORK_NOT_FOUND" });
  });
});

describe("passwords", () => {
  it("are hashed by argon2id at OWASP's cost with a salt each, and compared as characters", async () => {
    const [left, right] = [await hashPassword("Caffè 12 ﬁne"), await hashPassword("Caffè 12 ﬁne")];
    expect(left).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(left).not.toBe(right);
    expect(await verifyPassword("Caffe\u0300 12 fine", left)).toBe(true);
    expect(await verifyPassword("caffè 12 fine", left)).toBe(false);
    expect(await verifyPassword("", undefined)).toBe(false);
  });

  it("that were hashed at another cost are hashed anew at the next login", async () => {
    // Made by the reference implementation: argon2 somesalt -id -t 2 -m 16 -p 4 (password).
    const old = "$argon2id$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo";
    expect([await verifyPassword("password", old), isOutdated(old)]).toEqual([true, true]);
    await test.store.accounts.insert({ name: "fred", role: "viewer", passwordHash: old });
    expect((await logIn("password", "fred")).status).toBe(200);
    expect((await test.store.accounts.get("fred"))?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await logIn("password", "fred")).status).toBe(200);
  });
});

describe("the token of this machine", () => {
  it("is the owner, and has no session to end", async () => {
    const { body } = await ask(test.server.url, "GET", "/api/v1/session", { headers: bearer(test) });
    expect(JSON.parse(body)).toMatchObject({ account: "local", role: "owner" });
    expect((await ask(test.server.url, "DELETE", "/api/v1/session", { headers: bearer(test) })).status).toBe(200);
    expect((await test.client.health()).status).toBe("ok");
  });
});
