import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { chromiumPath, screenshots, startChromium, withoutChromium, type TestBrowser } from "./support/chromium.ts";
import { ownContract } from "./support/contract.ts";
import { startHeddle, type HeddleServer } from "./support/heddle.ts";

const LONG = 180_000;

describe.skipIf(chromiumPath === undefined)(`from login to receipt in a browser${withoutChromium}`, { timeout: LONG }, () => {
  let heddle: HeddleServer;
  let chromium: TestBrowser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    heddle = await startHeddle();
    chromium = await startChromium();
    ({ page, complaints } = await chromium.open());
  }, LONG);

  beforeEach(() => {
    onTestFailed(async ({ task }) => void (await picture(`failed-${task.name.slice(0, 30).replaceAll(/\W+/g, "-")}`)));
  });

  afterAll(async () => {
    await chromium?.close();
    await heddle?.close();
  }, LONG);

  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const picture = (name: string) => page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });

  test("the printed link lets its owner in once, and leaves the address", async () => {
    const link = await heddle.link();
    await page.goto(link);
    await page.getByRole("heading", { name: "Choose a password" }).waitFor();
    expect(page.url()).not.toContain("login");
    await picture("set-password");
    await button("Later").click();
    await page.getByRole("heading", { name: "No network yet" }).waitFor();
    await picture("networks-empty");

    const other = await chromium.open();
    await other.page.goto(link);
    await other.page.getByText("The link did not work").waitFor();
    await other.page.screenshot({ path: path.join(screenshots, "login-refused.png"), fullPage: true });
    await other.context.close();
  });

  test("three clicks with the defaults lead to a proof", async () => {
    await page.getByRole("link", { name: "New network" }).click();
    await button("Review with defaults").click();
    await page.getByText("heddle.dev/v1").waitFor();
    await button("Create network").click();
    await page.getByRole("heading", { name: "Proof of readiness" }).waitFor();
    await page.getByText("Succeeded").waitFor();
    await picture("operation-proof");
    await page.getByRole("link", { name: "Open the network" }).click();
    await page.getByRole("heading", { name: "consortium", level: 1 }).waitFor();
    await page.getByText("Ordering service").first().waitFor();
    expect((await heddle.client().getNetwork({ params: { name: "consortium" } })).proof?.channels[0]?.transactionId).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });

  test("a mistake is told at its field, in the words of the API, and a draft survives a reload", async () => {
    await page.goto(`${heddle.url}/networks/new`);
    const name = page.getByRole("textbox", { name: "Name" });
    await name.fill("Not A Name");
    await page.getByText("must consist of lower-case letters, digits and inner hyphens", { exact: false }).waitFor();
    await name.fill("consortium");
    await page.getByText("A network of this name exists already.").waitFor();
    await name.fill("lab");
    await page.reload();
    await expect.poll(() => name.inputValue()).toBe("lab");
    await page.goto(`${heddle.url}/networks/new?step=review`);
    await page.getByRole("textbox", { name: "Network file" }).waitFor();
    // Two ways: what is typed in the YAML is in the form, and a mistake is told at its line.
    await page.getByText("runtime: embedded").click();
    await page.keyboard.press("End");
    await page.keyboard.type("\nstorage: memory");
    await page.goto(`${heddle.url}/networks/new?step=runtime`);
    await expect.poll(() => page.getByRole("radio", { name: "In memory" }).isChecked()).toBe(true);
    await page.goto(`${heddle.url}/networks/new?step=review`);
    await page.getByText("- name: Org2").click();
    await page.keyboard.press("End");
    await page.keyboard.type("x");
    await page.getByText("names Org2, but there is no such organisation", { exact: false }).first().waitFor();
    expect(await button("Create network").isDisabled()).toBe(true);
    await button("Start over").click();
  });

  test("an operation goes on through a reload and through the death of the server", async () => {
    const contract = ownContract(heddle.home, "greeter");
    await page.goto(`${heddle.url}/networks/new`);
    await page.getByRole("radio", { name: /Solo/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("lab");
    await page.getByRole("button", { name: /Chaincode$/ }).click();
    await page.getByText("My folder").click();
    await page.getByRole("textbox", { name: "Folder" }).fill(contract.folder);
    await page.getByRole("textbox", { name: "Chaincode" }).fill("greeter");
    await page.getByRole("button", { name: /Review$/ }).click();
    await button("Create network").click();

    const held = page.locator('[data-step="chaincode:main/greeter:service"], [data-step*="greeter"][data-state="running"]').first();
    await held.waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Create network lab" }).waitFor();
    await page.locator('[data-step="identities"][data-state="done"]').waitFor();
    await picture("operation-running");

    await heddle.kill();
    await page.getByText("The connection is gone").waitFor();
    await picture("operation-lost");
    contract.open();
    await heddle.start();
    await page.getByRole("heading", { name: "Proof of readiness" }).waitFor({ timeout: 60_000 });
    await expect.poll(() => page.getByText("The connection is gone").isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  test("a function is called from its metadata, and what was changed is deployed by one click", async () => {
    const call = async (): Promise<string | null> => {
      await page.goto(`${heddle.url}/networks/lab/try`);
      await page.getByRole("button", { name: /greet/ }).click();
      const field = page.getByRole("textbox").last();
      await field.fill("you");
      await button("Submit").click();
      const result = page.getByTestId("result");
      await result.getByText("Committed as VALID", { exact: false }).waitFor();
      return result.textContent();
    };
    expect(await call()).toContain("hello you");
    await picture("try-result");
    const contract = { file: path.join(heddle.home, "greeter", "index.js") };
    const { readFileSync, writeFileSync } = await import("node:fs");
    writeFileSync(contract.file, readFileSync(contract.file, "utf8").replaceAll("hello", "welcome"));
    await page.goto(`${heddle.url}/networks/lab/chaincodes`);
    await button("Redeploy").click();
    await page.getByText("Succeeded").waitFor();
    expect(await call()).toContain("welcome you");
  });

  test("the explorer finds what was written, shows its history, and blocks as they come", async () => {
    await page.goto(`${heddle.url}/networks/lab/explorer`);
    await page.getByText("Verified", { exact: true }).first().waitFor();
    await page.getByRole("searchbox").fill("you");
    await page.getByRole("link", { name: "you", exact: true }).first().click();
    await page.getByRole("heading", { name: "History of you" }).waitFor();
    await page.getByText('"said": "hello"').waitFor();
    await page.getByText('"said": "welcome"').waitFor();
    await picture("explorer-history");
    await page
      .getByRole("link", { name: /^Block \d+$/ })
      .first()
      .click();
    await page.getByText("Valid: committed to the state.").waitFor();
    await page.getByRole("link", { name: "Blocks" }).click();
    const submit = { params: { name: "lab", chaincode: "greeter" }, body: { function: "greet", args: ["them"] } };
    await page.getByRole("cell").first().waitFor();
    const { block } = await heddle.client().submitTransaction(submit);
    await page.getByRole("link", { name: String(block), exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("typing its name deletes a network, and the receipt says what went", async () => {
    await page.goto(`${heddle.url}/networks/consortium/settings`);
    const remove = button("Delete network");
    expect(await remove.isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "Type consortium to confirm" }).fill("consortium");
    await remove.click();
    await page.getByRole("heading", { name: "Receipt of deletion" }).waitFor();
    await page.getByText("A scan afterwards found 0 things").waitFor();
    await picture("operation-receipt");
    await page.getByRole("link", { name: "Back to the networks" }).click();
    await page.getByRole("link", { name: "lab" }).waitFor();
    expect(await page.getByRole("link", { name: "consortium" }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
