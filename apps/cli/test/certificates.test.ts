// The certificates of a network by the command, as processes of their own on one home.
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHeddle, temporaryFolder, type Place } from "./support/process.ts";
import { errorCode, succeeded, type Ran } from "./support/run.ts";

const work = temporaryFolder();
const place: Place = { home: path.join(work.folder, "home"), folder: work.folder };
const heddle = (...argv: readonly string[]): Promise<Ran> => runHeddle(argv, place);

interface Listed {
  readonly certificates: ReadonlyArray<{
    readonly owner: string;
    readonly purpose: string;
    readonly serial: string;
    readonly daysLeft: number;
  }>;
}
const listed = async (): Promise<Listed["certificates"]> => {
  const ran = await heddle("certificate", "list", "demo", "--output", "json");
  succeeded(ran);
  return (JSON.parse(ran.stdout) as Listed).certificates;
};

beforeAll(async () => {
  succeeded(await heddle("network", "create", "demo", "--preset", "solo", "--scenario", "none"));
}, 120_000);
afterAll(async () => {
  await heddle("network", "delete", "demo", "--yes");
  await heddle("down");
  work.remove();
}, 60_000);

describe("certificate", { timeout: 60_000 }, () => {
  it("lists every certificate with its days, what expires first at the top", async () => {
    const { stdout } = await heddle("certificate", "list", "demo");
    const [heading = "", ...lines] = stdout.trimEnd().split("\n");
    expect(heading.split(/ {2,}/)).toEqual(["STATE", "DAYS", "VALID UNTIL", "ORGANISATION", "OWNER", "PURPOSE", "USED", "SERIAL"]);
    expect(lines).toHaveLength((await listed()).length);
    expect(lines.find((line) => line.includes("orderer0.example.com") && line.includes("TLS"))).toMatch(
      /^valid +36\d\d +\d{4}-\d\d-\d\d +Orderer +orderer0\.example\.com +TLS +in use, consenter of main +[0-9a-f]+$/,
    );
    const days = (await listed()).map(({ daysLeft }) => daysLeft);
    expect(days).toEqual(days.toSorted((a, b) => a - b));
  });

  it("shows nothing that expires soon while nothing does", async () => {
    expect((await heddle("certificate", "list", "demo", "--expiring")).stdout).toBe("no certificate expires within 30 days\n");
  });

  it("tells what stops on a day, in sentences", async () => {
    const works = await heddle("certificate", "rehearse", "demo", new Date().toISOString().slice(0, 10));
    expect(works.stdout).toMatch(/everything works/);
    const late = await heddle("certificate", "rehearse", "demo", "2049-01-01");
    expect(late.stdout).toContain("on 2049-01-01, if nothing is renewed:\n");
    expect(late.stdout).toContain("  peer0.org1.example.com cannot be reached: clients and other nodes refuse its TLS certificate\n");
    expect(late.stdout).toContain("  channel main stops: 0 of its 1 orderers can be reached, and it needs 1\n");
  });

  it("renews what is named, and all, and nothing where nothing expires", async () => {
    const before = await listed();
    const none = await heddle("certificate", "renew", "demo", "--yes", "--output", "json");
    expect([none.code === 0, errorCode(none)]).toEqual([false, "OPERATION_NOTHING_TO_RENEW"]);
    succeeded(await heddle("certificate", "renew", "demo", "peer0.org1.example.com", "--yes"));
    const named = await listed();
    const changed = (from: Listed["certificates"], to: Listed["certificates"]): string[] =>
      to.filter(({ serial }) => !from.some((one) => one.serial === serial)).map(({ owner }) => owner);
    expect(changed(before, named)).toEqual(["peer0.org1.example.com", "peer0.org1.example.com"]);
    const all = await heddle("certificate", "renew", "demo", "--all", "--yes");
    succeeded(all);
    expect(all.stdout).toMatch(/^proof: transaction [0-9a-f]{64}$/m);
    const users = ["Admin", "app", "orderer0.example.com", "peer0.org1.example.com"];
    expect([...new Set(changed(named, await listed()))].toSorted()).toEqual(users);
  });

  it("is looked at by the doctor", async () => {
    expect((await heddle("doctor")).stdout).toMatch(/^ok {3}certificates demo: \d+, the first to expire on \d{4}-\d\d-\d\d$/m);
  });
});
