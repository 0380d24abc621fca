// A person imports a network that Heddle did not make, in a browser: pastes, looks, imports, and uses it.
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ForeignNetwork } from "../import/support/foreign.ts";
import { connectionProfile, memberOf } from "../import/support/sources.ts";
import { findings } from "./support/axe.ts";
import { chromiumPath, screenshots, startChromium, withoutChromium, type TestBrowser } from "./support/chromium.ts";
import { startHeddle, type HeddleServer } from "./support/heddle.ts";
import { loginByLink } from "./support/login.ts";

const LONG = 180_000;

describe.skipIf(chromiumPath === undefined)(`importing a network in a browser${withoutChromium}`, { timeout: LONG }, () => {
  let heddle: HeddleServer;
  let chromium: TestBrowser;
  let foreign: ForeignNetwork;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    foreign = await ForeignNetwork.start("devnet");
    heddle = await startHeddle();
    chromium = await startChromium();
    ({ page, complaints } = await chromium.open());
    await loginByLink(page, heddle);
  }, LONG);

  afterAll(async () => {
    await chromium?.close();
    await heddle?.close();
    await foreign?.[Symbol.asyncDispose]();
  }, LONG);

  const picture = (name: string) => page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  test("a folder is read for what an import needs, and no more", async () => {
    await page.goto(`${heddle.url}/networks/import`);
    await page.getByLabel("Folder organizations, or the one above it").setInputFiles(foreign.consortium.folder);
    await expect.poll(() => page.getByRole("status").first().textContent()).toMatch(/\d+ files are sent/);
    await page.getByRole("textbox", { name: "Name here" }).fill("folder");
    await button("Look at it").click();
    await page.getByRole("region", { name: "What there is" }).waitFor();
    expect(await page.getByText("app@Org2MSP").count()).toBeGreaterThan(0);
    await picture("import-preview");
    expect(await findings(page)).toEqual([]);
  });

  test("the form fits a narrow window, in Chinese and dark", async () => {
    const narrow = await chromium.open({ scheme: "dark", language: "zh", width: 360 });
    await loginByLink(narrow.page, heddle);
    await narrow.page.goto(`${heddle.url}/networks/import`);
    await narrow.page.getByRole("radio", { name: /连接配置文件/ }).click();
    await narrow.page.getByRole("textbox", { name: "私钥，PEM" }).waitFor();
    expect(await narrow.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    expect(await findings(narrow.page)).toEqual([]);
    await narrow.page.screenshot({ path: path.join(screenshots, "import-narrow.png"), fullPage: true });
  });

  test("a profile and an identity are pasted, looked at, imported, and marked ever after", async () => {
    const [one] = foreign.consortium.organizations;
    const { certificatePem, privateKeyPem } = memberOf(one, "app").signing;
    await page.goto(`${heddle.url}/networks/import`);
    await page.getByRole("radio", { name: /Connection profile/ }).click();
    await page.getByRole("textbox", { name: "Connection profile, JSON or YAML" }).fill(connectionProfile(one));
    await page.getByRole("textbox", { name: "Certificate, PEM" }).fill(certificatePem);
    await page.getByRole("textbox", { name: "Private key, PEM" }).fill("no key");
    await page.getByRole("textbox", { name: "Name here" }).fill("pasted");
    await button("Look at it").click();
    await page.getByText("OPERATION_IMPORT_IDENTITY_INVALID").waitFor();
    await page.getByRole("textbox", { name: "Private key, PEM" }).fill(privateKeyPem);
    await button("Look at it").click();
    await page.getByRole("region", { name: "What there is" }).waitFor();
    await button("Import").click();
    await page.getByRole("region", { name: "Imported" }).waitFor();
    await page.goto(`${heddle.url}/networks/pasted`);
    await page.getByText("Heddle did not make this network").waitFor();
    await picture("import-overview");
    expect(await findings(page)).toEqual([]);
    await page.goto(`${heddle.url}/networks`);
    await page.getByText("imported", { exact: true }).waitFor();
    // What would be refused is not offered.
    await page.goto(`${heddle.url}/networks/pasted/settings`);
    await page.getByRole("heading", { name: "Danger zone" }).waitFor();
    expect(await page.getByRole("button", { name: "Apply" }).count()).toBe(0);
    // The one refusal is that of the wrong key.
    expect(complaints.filter((complaint) => !complaint.includes("422"))).toEqual([]);
  });
});
