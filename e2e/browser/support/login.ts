import type { Page } from "playwright-core";
import type { HeddleServer } from "./heddle.ts";

/** Follows a one-time link, and puts the password off. */
export async function loginByLink(page: Page, heddle: HeddleServer, account?: string): Promise<void> {
  await page.goto(await heddle.link(account));
  const later = page.getByRole("button", { name: /^(Later|稍后)$/ });
  const frame = page.locator("header nav");
  await later.or(frame).first().waitFor();
  if (await later.isVisible()) await later.click();
  await frame.waitFor();
}
