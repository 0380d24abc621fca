import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, screenshots, startChromium, withoutChromium, type TestBrowser } from "./support/chromium.ts";
import { startHeddle, type HeddleServer } from "./support/heddle.ts";

const LONG = 180_000;
const PASSWORD = "the loom lifts one thread";

describe.skipIf(chromiumPath === undefined)(`roles in a browser${withoutChromium}`, { timeout: LONG }, () => {
  let heddle: HeddleServer;
  let chromium: TestBrowser;

  beforeAll(async () => {
    heddle = await startHeddle();
    chromium = await startChromium();
    await heddle.client().createAccount({ body: { name: "looker", role: "viewer", password: PASSWORD } });
    await heddle.create("solo", "lab");
  }, LONG);

  afterAll(async () => {
    await chromium?.close();
    await heddle?.close();
  }, LONG);

  test("a viewer logs in by name, sees, and is offered nothing that would be refused", async () => {
    const { context, page, complaints } = await chromium.open();
    await page.goto(`${heddle.url}/networks/lab/settings`);
    await page.getByRole("textbox", { name: "Account" }).fill("looker");
    await page.getByRole("textbox", { name: "Password" }).fill("not it at all");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("AUTH_LOGIN_REFUSED").waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Log in" }).click();
    // The login was shown at the address that was asked for.
    await page.getByRole("heading", { name: "lab", level: 1 }).waitFor();
    await page.getByText("Network file").first().waitFor();
    expect(await page.getByRole("heading", { name: "Danger zone" }).count()).toBe(0);
    await page.screenshot({ path: path.join(screenshots, "viewer-settings.png"), fullPage: true });

    await page.goto(`${heddle.url}/networks`);
    await page.getByRole("link", { name: "lab" }).waitFor();
    expect(await page.getByRole("link", { name: "New network" }).count()).toBe(0);
    await page.goto(`${heddle.url}/networks/lab/try`);
    await page.getByRole("button", { name: "Evaluate" }).waitFor();
    expect(await page.getByRole("button", { name: "Submit" }).count()).toBe(0);
    await page.goto(`${heddle.url}/networks/lab`);
    await page.getByRole("heading", { name: "Proof of readiness" }).waitFor();
    expect(await page.getByRole("button", { name: "Prove again" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Identities" }).count()).toBe(0);
    expect(complaints).toEqual([]);

    // What the console leaves out, the server refuses: with the browser's own session.
    const status = await page.evaluate<number>(`fetch("/api/v1/networks/lab", { method: "DELETE" }).then((response) => response.status)`);
    expect(status).toBe(403);
    await page.goto(`${heddle.url}/accounts`);
    await page.getByText("API_FORBIDDEN").first().waitFor();
    await context.close();
  });

  test("logging out ends the session on the server too", async () => {
    const { context, page } = await chromium.open();
    await page.goto(heddle.url);
    await page.getByRole("textbox", { name: "Account" }).fill("looker");
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("link", { name: "lab" }).waitFor();
    const cookies = await context.cookies();
    expect(cookies.find(({ name }) => name.startsWith("heddle_session"))).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await context.addCookies(cookies);
    expect(await page.evaluate<number>(`fetch("/api/v1/session").then((response) => response.status)`)).toBe(401);
    await context.close();
  });
});
