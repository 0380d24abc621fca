import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isHeddleError } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTls } from "../src/lifetime/tls.ts";
import { ask, bearer } from "./support/ask.ts";
import { startServer, type TestServer } from "./support/server.ts";

let folder: string;
let test: TestServer;

function makeCertificate(name: string, ...extra: readonly string[]): { cert: string; key: string } {
  const [cert, key] = [path.join(folder, `${name}.pem`), path.join(folder, `${name}.key`)];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const subject = ["-subj", "/CN=console", "-addext", "subjectAltName=DNS:*.example.com,DNS:console.example.com,IP:192.0.2.7"];
  execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject, ...extra], { stdio: "ignore" });
  return { cert, key };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "heddle-tls-"));
  test = await startServer({ host: "0.0.0.0", tls: makeCertificate("good", "-days", "2") });
});
afterAll(async () => {
  await test.stop();
  await rm(folder, { recursive: true, force: true });
});

const outside = (): string => `https://127.0.0.1:${new URL(test.server.consoleUrl).port}`;

describe("a server with a certificate", () => {
  it("goes by the first name in it", () => {
    expect(test.server.consoleUrl).toMatch(/^https:\/\/console\.example\.com:\d+$/);
  });

  it.each([
    ["console.example.com", 200],
    ["other.example.com:7460", 200],
    ["192.0.2.7", 200],
    ["localhost", 200],
    ["evil.example.org", 403],
    ["192.0.2.8", 403],
  ])("answers to %s with %i", async (host, status) => {
    expect((await ask(outside(), "GET", "/api/v1/health", { headers: { host, ...bearer(test) } })).status).toBe(status);
  });

  it("tells in its metrics when its certificate expires", async () => {
    const { body } = await ask(outside(), "GET", "/metrics", { headers: { host: "console.example.com", ...bearer(test) } });
    const end = Number(/^heddle_server_certificate_expiry_timestamp_seconds (\d+)$/m.exec(body)?.[1]);
    const days = (end * 1000 - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(1.9);
    expect(days).toBeLessThanOrEqual(2);
  });

  it("sends a cookie that goes back over TLS only, and keeps browsers from plain HTTP", async () => {
    const { code } = await test.client.createLoginLink({ params: { account: "admin" } });
    const host = "console.example.com";
    const answer = await ask(outside(), "POST", "/api/v1/session/link", { headers: { host, origin: `https://${host}` }, body: { code } });
    expect([answer.status, answer.headers["strict-transport-security"]]).toEqual([200, "max-age=31536000"]);
    const [cookie = ""] = answer.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^__Host-heddle_session_\d+=[\w-]{43}; Path=\/; Max-Age=604[78]\d\d; HttpOnly; SameSite=Strict; Secure$/);
    const [pair = ""] = cookie.split(";");
    const session = await ask(outside(), "GET", "/api/v1/session", { headers: { host, cookie: pair } });
    expect(session.status).toBe(200);
    // A page of the same name without TLS is somebody else's.
    const plain = await ask(outside(), "DELETE", "/api/v1/session", { headers: { host, cookie: pair, origin: `http://${host}` } });
    expect(plain.code).toBe("API_ORIGIN_REFUSED");
  });

  it("has a second way in for this machine, and for nobody else's names", async () => {
    expect(test.server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await test.client.health()).status).toBe("ok");
    expect((await ask(test.server.url, "GET", "/api/v1/health")).code).toBe("API_UNAUTHORIZED");
    expect((await ask(test.server.url, "GET", "/", { headers: { host: "evil.example.org" } })).code).toBe("API_HOST_REFUSED");
  });
});

describe("a certificate is refused", () => {
  const codeOf = (files: { cert: string; key: string }, days = 0): string => {
    try {
      readTls(files, new Date(Date.now() + days * 86_400_000));
    } catch (error) {
      return isHeddleError(error) ? error.code : String(error);
    }
    return "nothing was thrown";
  };

  it.each([
    ["that is not there", () => ({ cert: "/nowhere.pem", key: "/nowhere.key" })],
    ["that is none", () => ({ cert: import.meta.filename, key: path.join(folder, "good.key") })],
    ["of another key", () => ({ cert: path.join(folder, "good.pem"), key: makeCertificate("other", "-days", "2").key })],
  ])("%s", (_what, files) => {
    expect(codeOf(files())).toBe("SERVER_TLS_INVALID");
  });

  it("that has run out", () => {
    const files = { cert: path.join(folder, "good.pem"), key: path.join(folder, "good.key") };
    expect([codeOf(files, 1), codeOf(files, 3)]).toEqual(["nothing was thrown", "SERVER_TLS_INVALID"]);
  });
});
