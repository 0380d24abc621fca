import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findings } from "./support/axe.ts";
import { chromiumPath, screenshots, startChromium, withoutChromium, type Look, type TestBrowser } from "./support/chromium.ts";
import { startHeddle, type HeddleServer } from "./support/heddle.ts";
import { loginByLink } from "./support/login.ts";
import { listScreens, type Screen } from "./support/screens.ts";

const LONG = 600_000;

/** Each scheme with each language, each of both wide and narrow: all pairs in four walks. */
const looks: readonly Required<Look>[] = [
  { scheme: "light", language: "en", width: 1280 },
  { scheme: "dark", language: "zh", width: 1280 },
  { scheme: "dark", language: "en", width: 360 },
  { scheme: "light", language: "zh", width: 360 },
];

/** Resolves when the page stands still: something is there, and nothing of it is still a placeholder. */
async function settled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await expect.poll(() => page.locator(".mantine-Skeleton-root").count(), { timeout: 20_000 }).toBe(0);
}

/** Whether the router shows the screen of an address: its frame says whose content is drawn. */
function arrived(page: Page, address: string): Promise<boolean> {
  return page.evaluate<boolean>(`document.querySelector("main")?.dataset.at === ${JSON.stringify(address)}`);
}

async function inspect(page: Page, name: string): Promise<string[]> {
  await settled(page);
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
  const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  const found = (await findings(page)).map((finding) => `${name}: ${finding}`);
  return wide > 0 ? [...found, `${name}: ${wide} pixels wider than the window`] : found;
}

describe.skipIf(chromiumPath === undefined)(`every screen in a browser${withoutChromium}`, { timeout: LONG }, () => {
  let heddle: HeddleServer;
  let chromium: TestBrowser;
  let screens: readonly Screen[];

  beforeAll(async () => {
    heddle = await startHeddle();
    chromium = await startChromium();
    const client = heddle.client();
    await heddle.create("trade", "trade");
    for (const lot of ["lot1", "lot2", "lot3"]) {
      await client.submitTransaction({
        params: { name: "trade", chaincode: "food-tracing" },
        body: { function: "createLot", args: [lot, "Mangos", "Malaga", "120"] },
      });
    }
    screens = await listScreens(client, "trade");
  }, LONG);

  afterAll(async () => {
    await chromium?.close();
    await heddle?.close();
  }, LONG);

  test.each(looks)("axe finds nothing in $scheme $language at $width, and nothing is too wide", async (look) => {
    const { context, page, complaints } = await chromium.open(look);
    await loginByLink(page, heddle);
    const found: string[] = [];
    for (const { name, path: address } of screens) {
      // As a link does it: the page is loaded once only.
      await page.evaluate(`history.pushState(null, "", ${JSON.stringify(address)})`);
      await expect.poll(() => arrived(page, address), { timeout: 20_000 }).toBe(true);
      found.push(...(await inspect(page, `${name}-${look.scheme}-${look.language}-${look.width}`)));
    }
    await context.close();
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("login is as clean, in both schemes", async () => {
    const found: string[] = [];
    for (const scheme of ["light", "dark"] as const) {
      const { context, page } = await chromium.open({ scheme });
      await page.goto(heddle.url);
      found.push(...(await inspect(page, `login-${scheme}`)));
      await context.close();
    }
    expect(found).toEqual([]);
  });

  test("a thousand networks are a thousand rows of which few are drawn; a server that fails is said and asked again", async () => {
    const { context, page } = await chromium.open();
    await loginByLink(page, heddle);
    const [one] = (await heddle.client().listNetworks()).networks;
    if (one === undefined) throw new Error("there is no network to multiply");
    const networks = Array.from({ length: 1_000 }, (_none, index) => ({ ...one, name: `network-${String(index).padStart(3, "0")}` }));
    let failing = false;
    await page.route("**/api/v1/networks", (route) =>
      failing
        ? route.fulfill({
            status: 503,
            json: { error: { code: "STORE_UNAVAILABLE", message: "The store does not answer.", next: "Look at its log.", problems: [] } },
          })
        : route.fulfill({ json: { networks } }),
    );
    await page.goto(`${heddle.url}/networks`);
    await page.getByText("1,000 networks").waitFor();
    expect(await page.locator("tbody tr").count()).toBeLessThan(100);
    const first = page.getByRole("link", { name: "network-000" });
    await first.waitFor();
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    await page.getByRole("link", { name: "network-999" }).waitFor();
    expect(await first.count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: path.join(screenshots, "networks-1000.png") });
    await page.getByRole("searchbox").fill("network-77");
    await page.getByText("10 networks").waitFor();

    failing = true;
    await page.reload();
    await page.getByText("The store does not answer.").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: path.join(screenshots, "networks-failing.png"), fullPage: true });
    failing = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1,000 networks").waitFor();
    await context.close();
  });

  test("all of it is reached by keys: skip link, menu, wizard", async () => {
    const { context, page } = await chromium.open();
    await loginByLink(page, heddle);
    await page.goto(`${heddle.url}/networks`);
    await page.getByRole("link", { name: "trade" }).waitFor();
    await page.keyboard.press("Tab");
    const focused = () =>
      page.evaluate<string>("document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label')");
    expect(await focused()).toBe("Skip to content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused()).toContain("Import a network");
    await page.keyboard.press("Tab");
    expect(await focused()).toContain("New network");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "New network" }).waitFor();
    await page.keyboard.press("g");
    await page.getByRole("heading", { name: "Networks", level: 1 }).waitFor();
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.type")).toBe("search");
    await page.getByRole("button", { name: "Language" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "中文" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "网络", level: 1 }).waitFor();
    await context.close();
  });
});
