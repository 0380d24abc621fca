import { execFileSync } from "node:child_process";
import path from "node:path";
import { formatNetworkFile, networkFileSchema, type NetworkFile } from "@heddle/network";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { chromiumPath, screenshots, startChromium, withoutChromium, type TestBrowser } from "./support/chromium.ts";
import { ownContract, type OwnContract } from "./support/contract.ts";
import { startHeddle, type HeddleServer } from "./support/heddle.ts";
import { loginByLink } from "./support/login.ts";

const LONG = 180_000;

describe.skipIf(chromiumPath === undefined)(`what an operator does in a browser${withoutChromium}`, { timeout: LONG }, () => {
  let heddle: HeddleServer;
  let chromium: TestBrowser;
  let page: Page;
  let complaints: string[];
  let contract: OwnContract;

  beforeAll(async () => {
    heddle = await startHeddle();
    chromium = await startChromium();
    ({ page, complaints } = await chromium.open());
    await loginByLink(page, heddle);
    contract = ownContract(heddle.home, "greeter");
    contract.open();
  }, LONG);

  beforeEach(() => {
    onTestFailed(async ({ task }) => void (await picture(`failed-${task.name.slice(0, 30).replaceAll(/\W+/g, "-")}`)));
  });

  afterAll(async () => {
    await chromium?.close();
    await heddle?.close();
  }, LONG);

  const lab = { params: { name: "lab" } };
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const picture = (name: string) => page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
  const at = (section: string) => page.goto(`${heddle.url}/networks/lab${section}`);
  const file = async (): Promise<NetworkFile> => networkFileSchema.parse((await heddle.client().getNetwork(lab)).spec);

  /** Fills the wizard's fields for a network of one organisation with the contract as its chaincode. */
  async function describeNetwork(name: string, folder: string): Promise<void> {
    await page.goto(`${heddle.url}/networks/new`);
    await page.getByRole("radio", { name: /Solo/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByRole("button", { name: /Chaincode$/ }).click();
    await page.getByText("My folder").click();
    await page.getByRole("textbox", { name: "Folder" }).fill(folder);
    await page.getByRole("textbox", { name: "Chaincode" }).fill("greeter");
  }

  /** Calls `greet` on the open page, and resolves with what is then told. */
  async function greet(who: string): Promise<string> {
    await page.getByRole("button", { name: /greet/ }).click();
    await page.getByRole("textbox").last().fill(who);
    await button("Submit").click();
    const told = page.getByTestId("result").or(page.getByRole("alert"));
    await told.first().waitFor();
    return (await told.first().textContent()) ?? "";
  }

  test("an operation that is cancelled is undone, and leaves nothing", async () => {
    const waiting = ownContract(heddle.home, "waiting");
    await describeNetwork("held", waiting.folder);
    await page.getByRole("button", { name: /Review$/ }).click();
    await button("Create network").click();
    await page.locator('[data-step*="greeter"][data-state="running"]').first().waitFor();
    await button("Cancel and undo").click();
    await page.getByText("Steps that are done are undone, last first.", { exact: false }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel and undo" }).click();
    await page.getByText("Cancelled", { exact: true }).waitFor({ timeout: 60_000 });
    await picture("operation-cancelled");
    // What nodes joined goes with their ledgers, which the undoing of their place removes.
    expect(await page.locator('[data-step][data-state="done"]:not([data-step^="join:"])').count()).toBe(0);
    expect(await page.locator('[data-step][data-state="undone"]').count()).toBeGreaterThan(3);
    expect((await heddle.client().listNetworks()).networks).toEqual([]);
  });

  test("the wizard orders as BFT; what stops half-way says where and why, and goes on when it is mended", async () => {
    contract.spoil();
    await describeNetwork("lab", contract.folder);
    await page.getByRole("button", { name: /Ordering$/ }).click();
    await page.getByRole("radio", { name: /BFT/ }).click();
    await expect.poll(() => page.getByRole("textbox", { name: "Orderers" }).inputValue()).toBe("4");
    await page.getByRole("button", { name: /Review$/ }).click();
    await button("Create network").click();
    await page.getByText("Stopped at: Start chaincode greeter").waitFor({ timeout: 120_000 });
    await page.getByText("spoilt on purpose", { exact: false }).first().waitFor();
    await picture("operation-failed");
    contract.write("hello");
    await button("Go on from here").click();
    await page.getByRole("heading", { name: "Proof of readiness" }).waitFor({ timeout: 60_000 });
    await page.getByRole("link", { name: "Open the network" }).click();
    await page.getByText("orderer3").first().waitFor();
    await page.getByText("BFT").first().waitFor();
    expect((await file()).spec.ordering.consenters).toHaveLength(4);
  });

  test("an identity is issued and taken away as a bundle; once revoked, what it signs is refused in Fabric's words", async () => {
    await at("/identities");
    await page.getByText("Issue an identity").first().click();
    await page.getByRole("textbox", { name: "Name" }).fill("ann");
    await button("Issue an identity").click();
    await page.getByRole("heading", { name: "ann of Org1 can sign" }).waitFor();
    const [bundle] = await Promise.all([page.waitForEvent("download"), button("Download the identity bundle").click()]);
    const saved = path.join(heddle.home, bundle.suggestedFilename());
    await bundle.saveAs(saved);
    const listed = execFileSync("tar", ["-tf", saved], { encoding: "utf8" }).split("\n").filter(Boolean);
    expect(listed.filter((name) => /key/.test(name))).not.toEqual([]);
    expect(execFileSync("tar", ["-xOf", saved], { encoding: "utf8" })).toContain("BEGIN CERTIFICATE");
    await picture("operation-identity-issued");

    await page.getByRole("link", { name: "Try it as ann" }).click();
    expect(await greet("you")).toContain("hello you");

    await at("/identities");
    await page.getByRole("button", { name: "Revoke: ann@Org1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("heading", { name: "ann of Org1 is revoked" }).waitFor();
    await picture("operation-identity-revoked");
    await page.getByRole("link", { name: "Try it as ann" }).click();
    const refused = await greet("you");
    await picture("try-refused");
    expect(refused).toContain("The call was refused");
    expect(refused).toContain("Error code");
    expect(refused).toMatch(/access denied|creator certificate|revoked/i);
    await at("/identities");
    await page.getByText("Revoked", { exact: true }).waitFor();
  });

  test("a changed file is planned, refused where it cannot be done, and applied where it can", async () => {
    await at("/settings");
    const editor = page.getByRole("textbox", { name: "Network file" });
    const write = async (spec: NetworkFile["spec"]): Promise<void> => {
      await editor.click();
      await page.keyboard.press("ControlOrMeta+a");
      // Typed over a selection, the text would get an inline style of the browser's own, which the policy blocks.
      await page.keyboard.press("Delete");
      await page.keyboard.insertText(formatNetworkFile({ ...(await file()), spec }));
      await button("Show what would change").click();
    };
    const { spec } = await file();
    expect(await button("Apply").isDisabled()).toBe(true);
    await write({ ...spec, storage: "memory" });
    await page.getByText("This version cannot make this change on a running network.", { exact: false }).waitFor();
    expect(await button("Apply").isDisabled()).toBe(true);
    await picture("settings-plan-refused");
    await write({ ...spec, chaincodes: spec.chaincodes.map((one) => ({ ...one, version: "1.1" })) });
    await page.getByText("What would change", { exact: true }).waitFor();
    await picture("settings-plan");
    await button("Apply").click();
    await page.getByRole("heading", { name: "Proof of readiness" }).waitFor({ timeout: 60_000 });
    const { chaincodes } = await heddle.client().listChaincodes(lab);
    expect(chaincodes).toMatchObject([{ name: "greeter", version: "1.1", sequence: 2 }]);
  });

  test("a redeployment says what is live; a reset says what the channel no longer has", async () => {
    const [before] = (await heddle.client().listChannels(lab)).channels;
    if (before === undefined) throw new Error("lab has no channel");
    contract.write("welcome");
    await at("/chaincodes");
    await button("Redeploy").click();
    await page.getByRole("heading", { name: "Chaincode greeter is live" }).waitFor({ timeout: 60_000 });
    await page.getByRole("region", { name: "Chaincode greeter is live" }).getByText("3", { exact: true }).waitFor();
    await picture("operation-redeployed");
    await page.getByRole("link", { name: "Try it" }).first().click();
    expect(await greet("them")).toContain("welcome them");

    await at("/channels");
    await page.getByText("Back to a block").click();
    await page.getByRole("textbox", { name: "Last block that stays" }).fill(String(before.height - 1));
    await button("Reset channel").click();
    await page.getByRole("heading", { name: `Channel main ends at block ${before.height - 1}` }).waitFor({ timeout: 60_000 });
    await page.getByText("greeter is at an earlier version, whose code is not running: deploy it again.", { exact: false }).waitFor();
    await picture("operation-reset");
    expect(complaints).toEqual([]);
  });
});
