import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Store, ThrottlePolicy } from "../../src/index.ts";

const OWNER = "owner";
const HOUR = 3_600_000;

/** What every database has to do the same way for accounts, sessions, links, throttle and audit. */
export function accountSuite(open: () => Store): void {
  const fresh = (): string => `A-${randomUUID().slice(0, 8)}`;
  const account = async (role = "viewer", passwordHash?: string): Promise<string> => {
    const made = await open().accounts.insert({ name: fresh(), role, passwordHash });
    if (made === undefined) throw new Error("not inserted");
    return made.name;
  };
  const session = async (name: string, createdAt = new Date(), expiresAt = new Date(createdAt.getTime() + HOUR)): Promise<string> => {
    const id = randomUUID();
    await open().sessions.insert({ id, account: name, createdAt, expiresAt });
    return id;
  };
  const limits = (now = new Date()) => ({ now, idleSince: new Date(now.getTime() - HOUR) });

  describe("accounts", () => {
    it("have one name each, whatever its case", async () => {
      const { accounts } = open();
      const name = await account("viewer", "$argon2id$x");
      expect(await accounts.insert({ name: name.toLowerCase(), role: OWNER, passwordHash: undefined })).toBeUndefined();
      expect(await accounts.get(name.toLowerCase())).toMatchObject({ name, role: "viewer", passwordHash: "$argon2id$x" });
      expect(await accounts.get(fresh())).toBeUndefined();
      expect((await accounts.list()).map((one) => one.name)).toContain(name);
    });

    it("lose their sessions with their role or their password", async () => {
      const { accounts, sessions } = open();
      const name = await account();
      const [first, second] = [await session(name), await session(name)];
      expect(await accounts.setPassword(name.toUpperCase(), "hash", second)).toBe(true);
      expect([await sessions.find(first, limits()), (await sessions.find(second, limits()))?.session.id]).toEqual([undefined, second]);
      expect(await accounts.setRole(name, "operator", OWNER)).toBe("done");
      expect(await sessions.find(second, limits())).toBeUndefined();
      expect(await accounts.get(name)).toMatchObject({ role: "operator", passwordHash: "hash" });
      expect(await accounts.setPassword(fresh(), "hash")).toBe(false);
    });

    it("keep their sessions where only the hash is made anew, and the newer password of two", async () => {
      const { accounts, sessions } = open();
      const name = await account("viewer", "old");
      const id = await session(name);
      expect(await accounts.replaceHash(name, "old", "new")).toBe(true);
      expect(await accounts.replaceHash(name, "old", "newer")).toBe(false);
      expect((await sessions.find(id, limits()))?.account.passwordHash).toBe("new");
    });

    it("never lose the last of a role, not even to two at the same time", async () => {
      const { accounts } = open();
      const keep = fresh();
      const [left, right] = [await account(keep), await account(keep)];
      const outcomes = await Promise.all([accounts.setRole(left, "viewer", keep), accounts.delete(right, keep)]);
      expect(outcomes.toSorted()).toEqual(["done", "last"]);
      const last = (await accounts.list()).filter(({ role }) => role === keep).map(({ name }) => name);
      expect(last).toHaveLength(1);
      expect(await accounts.delete(last[0] ?? "", keep)).toBe("last");
      expect(await accounts.setRole(last[0] ?? "", keep, keep)).toBe("done");
      expect(await accounts.delete(fresh(), keep)).toBe("missing");
    });

    it("take sessions and links with them", async () => {
      const { accounts, sessions, loginLinks } = open();
      const name = await account();
      const id = await session(name);
      const link = randomUUID();
      await loginLinks.insert({ id: link, account: name, expiresAt: new Date(Date.now() + HOUR) });
      expect(await accounts.delete(name, OWNER)).toBe("done");
      expect([await sessions.find(id, limits()), await loginLinks.take(link, new Date())]).toEqual([undefined, undefined]);
    });
  });

  describe("sessions", () => {
    it("are found with their account until they end, and note the login", async () => {
      const { sessions, accounts } = open();
      const name = await account("operator");
      const begun = new Date();
      const id = await session(name, begun);
      expect(await sessions.find(id, limits())).toMatchObject({ session: { id, createdAt: begun }, account: { name, role: "operator" } });
      expect((await accounts.get(name))?.lastLoginAt).toEqual(begun);
      expect(await sessions.delete(id)).toBe(true);
      expect(await sessions.delete(id)).toBe(false);
      expect(await sessions.find(id, limits())).toBeUndefined();
    });

    it("end when they are not used, when they are old, and are then removed", async () => {
      const { sessions } = open();
      const name = await account();
      const begun = new Date();
      const id = await session(name, begun, new Date(begun.getTime() + 3 * HOUR));
      const at = (hours: number) => limits(new Date(begun.getTime() + hours * HOUR));
      expect(await sessions.find(id, at(0.99))).toBeDefined();
      expect(await sessions.find(id, at(1))).toBeUndefined();
      for (const used of [0.9, 1.8, 2.7]) await sessions.touch(id, at(used).now);
      expect(await sessions.find(id, at(2.9))).toBeDefined();
      expect(await sessions.find(id, at(3))).toBeUndefined();
      await sessions.prune(at(2.9));
      expect(await sessions.find(id, at(2.9))).toBeDefined();
      expect(await sessions.prune(at(3))).toBeGreaterThan(0);
      expect(await sessions.find(id, at(2.9))).toBeUndefined();
    });
  });

  describe("login links", () => {
    it("work once, for one of many that try at the same time", async () => {
      const { loginLinks } = open();
      const name = await account();
      const id = randomUUID();
      await loginLinks.insert({ id, account: name, expiresAt: new Date(Date.now() + HOUR) });
      const taken = await Promise.all(Array.from({ length: 8 }, () => loginLinks.take(id, new Date())));
      expect(taken.filter((one) => one !== undefined)).toEqual([name]);
    });

    it("run out", async () => {
      const { loginLinks } = open();
      const id = randomUUID();
      const expiresAt = new Date(Date.now() + HOUR);
      await loginLinks.insert({ id, account: await account(), expiresAt });
      expect(await loginLinks.take(id, expiresAt)).toBeUndefined();
      expect(await loginLinks.prune(expiresAt)).toBeGreaterThan(0);
      expect(await loginLinks.take(id, new Date(expiresAt.getTime() - 1))).toBeUndefined();
    });
  });

  describe("the login throttle", () => {
    // Two attempts are free, then a second is added with each failure.
    const policy: ThrottlePolicy = { wait: (failures) => Math.max(0, failures - 1) * 1_000, forgetMs: HOUR };
    const start = Date.now();
    const at = (milliseconds: number): Date => new Date(start + milliseconds);

    it("lets through no more than are free, however many come at the same time", async () => {
      const { loginThrottle } = open();
      const key = fresh();
      const answers = await Promise.all(Array.from({ length: 10 }, () => loginThrottle.attempt(key, at(0), policy)));
      expect(answers.filter((until) => until === undefined)).toHaveLength(2);
      expect(answers.find((until) => until !== undefined)).toEqual(at(1_000));
    });

    it("waits longer with each failure, forgets after a success or a long time, and keeps keys apart", async () => {
      const { loginThrottle } = open();
      const key = fresh();
      for (const time of [0, 0, 1_000]) expect(await loginThrottle.attempt(key, at(time), policy)).toBeUndefined();
      expect(await loginThrottle.attempt(key, at(2_999), policy)).toEqual(at(3_000));
      expect(await loginThrottle.attempt(fresh(), at(2_999), policy)).toBeUndefined();
      await loginThrottle.takeBack(key);
      expect(await loginThrottle.attempt(key, at(1_999), policy)).toEqual(at(2_000));
      expect(await loginThrottle.attempt(key, at(1_001 + HOUR), policy)).toBeUndefined();
      expect(await loginThrottle.attempt(key, at(1_001 + HOUR), policy)).toBeUndefined();
      expect(await loginThrottle.attempt(key, at(1_001 + HOUR), policy)).toBeDefined();
      await loginThrottle.forget(key);
      expect(await loginThrottle.attempt(key, at(1_001 + HOUR), policy)).toBeUndefined();
      expect(await loginThrottle.prune(at(1_002 + HOUR))).toBeGreaterThan(0);
    });
  });

  it("keeps the audit trail, newest first, by actor and in pages", async () => {
    const { audit } = open();
    const actor = fresh();
    for (const target of ["one", "two", "three"]) {
      await audit.append({ actor, action: "deleteNetwork", target, outcome: "done", operation: "op", address: "127.0.0.1" });
    }
    await audit.append({ actor: undefined, action: "login", target: undefined, outcome: "X", operation: undefined, address: undefined });
    const [newest, next] = await audit.list({ actor, limit: 2 });
    expect([newest?.target, next?.target]).toEqual(["three", "two"]);
    expect((await audit.list({ actor, before: next?.id ?? 0 })).map(({ target }) => target)).toEqual(["one"]);
    expect((await audit.list({ limit: 1 }))[0]).toMatchObject({ actor: undefined, action: "login", outcome: "X" });
    expect(await audit.prune(new Date(Date.now() + HOUR))).toBeGreaterThanOrEqual(4);
    expect(await audit.list()).toEqual([]);
  });
}
