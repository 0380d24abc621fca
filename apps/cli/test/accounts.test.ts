import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCode, heddle, temporaryHome } from "./support/run.ts";

let home: ReturnType<typeof temporaryHome>;
beforeAll(() => {
  // The console of this checkout is not what is tried here.
  process.env["HEDDLE_CONSOLE"] = "as-is";
  home = temporaryHome();
});
afterAll(async () => {
  await heddle("down");
  home.remove();
  delete process.env["HEDDLE_CONSOLE"];
});

const main = path.resolve(import.meta.dirname, "../src/main.ts");
const json = async <Value>(...argv: readonly string[]): Promise<Value> => {
  const ran = await heddle(...argv, "--output", "json");
  expect({ argv, code: ran.code, error: errorCode(ran) }).toEqual({ argv, code: 0, error: undefined });
  return JSON.parse(ran.stdout) as Value;
};

/** Uses a login link as the console does; the account it let in, or the code of the refusal. */
async function use(url: string): Promise<string> {
  const { origin, hash } = new URL(url);
  const response = await fetch(`${origin}/api/v1/session/link`, {
    method: "POST",
    headers: { "content-type": "application/json", origin, "sec-fetch-site": "same-origin" },
    body: JSON.stringify({ code: hash.replace("#/login/", "") }),
  });
  const answer = (await response.json()) as { account?: string; error?: { code: string } };
  return answer.account ?? answer.error?.code ?? "nothing";
}

/** Runs a command in a process of its own, with something on standard input. */
async function withInput(input: string, ...argv: readonly string[]): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, ["--conditions=@heddle/source", main, ...argv], { stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.end(input);
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close") as Promise<[number]>]);
  return { code, stderr };
}

describe("accounts", () => {
  it("begin with an owner, who gets in by a link, once", async () => {
    const { accounts } = await json<{ accounts: { name: string; role: string }[] }>("account", "list");
    expect(accounts).toMatchObject([{ name: "admin", role: "owner" }]);
    const link = await json<{ url: string; account: string }>("login");
    expect([link.account, await use(link.url), await use(link.url)]).toEqual(["admin", "admin", "AUTH_LINK_REFUSED"]);
  });

  it("are added, changed and removed", async () => {
    const { link } = await json<{ link: { url: string } }>("account", "add", "alice", "--role", "operator");
    expect(await use(link.url)).toBe("alice");
    expect(errorCode(await heddle("account", "add", "Alice", "--output", "json"))).toBe("AUTH_ACCOUNT_EXISTS");
    expect(await json("account", "role", "alice", "viewer")).toMatchObject({ account: { role: "viewer" } });
    expect(errorCode(await heddle("account", "remove", "alice", "--output", "json"))).toBe("CLI_CONFIRMATION_NEEDED");
    await json("account", "remove", "alice", "--yes");
    expect(errorCode(await heddle("login", "--account", "alice", "--output", "json"))).toBe("AUTH_ACCOUNT_NOT_FOUND");
    expect(errorCode(await heddle("account", "remove", "admin", "--yes", "--output", "json"))).toBe("AUTH_LAST_OWNER");
    const { entries } = await json<{ entries: { action: string; target: string; outcome: string }[] }>("audit", "--limit", "2");
    expect(entries).toMatchObject([
      { action: "deleteAccount", target: "admin", outcome: "AUTH_LAST_OWNER" },
      { action: "createLoginLink", target: "alice", outcome: "AUTH_ACCOUNT_NOT_FOUND" },
    ]);
  });

  it("get a password from standard input", async () => {
    expect(await withInput("a password of mine\nand more\n", "account", "passwd", "admin")).toEqual({ code: 0, stderr: "" });
    expect(await withInput("short\n", "account", "passwd", "admin")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("API_BODY_INVALID") as string,
    });
    expect(await withInput("", "account", "passwd", "admin")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("CLI_OPTION_INVALID") as string,
    });
    expect(await json("account", "list")).toMatchObject({ accounts: [{ name: "admin", hasPassword: true }] });
  });

  it("leave no link in the log of a server in the background", async () => {
    const { url } = await json<{ url: string }>("login");
    const log = readFileSync(path.join(home.folder, "logs", "server.log"), "utf8");
    expect(log).toContain("listening");
    expect(log).not.toContain("#/login/");
    expect(log).not.toContain(new URL(url).hash.slice(8));
  });
});

describe("a server that others can reach", () => {
  it("speaks TLS; the command line on its machine does not depend on the certificate", async () => {
    const own = temporaryHome();
    const [cert, key] = [path.join(own.folder, "cert.pem"), path.join(own.folder, "key.pem")];
    const subject = ["-subj", "/CN=heddle.example.com", "-addext", "subjectAltName=DNS:heddle.example.com"];
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        key,
        "-out",
        cert,
        "-days",
        "2",
        ...subject,
      ],
      {
        stdio: "ignore",
      },
    );
    const argv = [
      "--conditions=@heddle/source",
      main,
      "serve",
      "--host",
      "0.0.0.0",
      "--port",
      "0",
      "--tls-cert",
      cert,
      "--tls-key",
      key,
      "--output",
      "json",
    ];
    const child = spawn(process.execPath, argv, {
      env: { ...process.env, HEDDLE_HOME: own.folder, HEDDLE_CONSOLE: "as-is" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let printed = "";
      for await (const chunk of child.stdout) {
        printed += String(chunk);
        if (printed.split("\n").length > 2) break;
      }
      const [listening, first] = printed
        .split("\n")
        .map((line) => (line === "" ? {} : (JSON.parse(line) as { url?: string; console?: string; login?: { url: string } })));
      expect(listening?.console).toMatch(/^https:\/\/heddle\.example\.com:\d+$/);
      expect(first?.login?.url).toContain(`${listening?.console ?? ""}/#/login/`);
      expect(listening?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(statSync(path.join(own.folder, "server.json")).mode & 0o777).toBe(0o600);
      expect(await json("account", "list")).toMatchObject({ accounts: [{ name: "admin" }] });
    } finally {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      own.remove();
    }
  });

  it.each([
    ["without TLS", [], "SERVER_ADDRESS_REFUSED"],
    ["with half of it", ["--tls-key", "x"], "CLI_USAGE"],
    ["with files that are not there", ["--tls-key", "x", "--tls-cert", "y"], "SERVER_TLS_INVALID"],
  ])("does not start %s", async (_what, argv, code) => {
    const ran = await heddle("serve", "--host", "0.0.0.0", ...argv, "--output", "json");
    expect([ran.code, errorCode(ran)]).toEqual([2, code]);
  });
});
