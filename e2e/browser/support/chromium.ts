import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of this machine; `undefined`: there is none, and the tests say so and are skipped. */
export const chromiumPath = [process.env["HEDDLE_CHROMIUM"], ...places].find((place) => place !== undefined && existsSync(place));

/** Reason that a skipped suite is named with. */
export const withoutChromium = chromiumPath === undefined ? " (skipped: no Chromium; apt install chromium, or set HEDDLE_CHROMIUM)" : "";

/** Where pictures of screens go. */
export const screenshots = path.resolve(import.meta.dirname, "../screenshots");

/** How a page is looked at. */
export interface Look {
  readonly scheme?: "light" | "dark";
  readonly language?: "en" | "zh";
  readonly width?: number;
}

/** Chromium with a profile of its own, that asks nobody for anything. */
export interface TestBrowser {
  readonly browser: Browser;
  /** A window of somebody new: no session, no draft. */
  readonly open: (look?: Look) => Promise<{ readonly context: BrowserContext; readonly page: Page; readonly complaints: string[] }>;
  readonly close: () => Promise<void>;
}

/** Starts Chromium; throws where there is none. */
export async function startChromium(): Promise<TestBrowser> {
  if (chromiumPath === undefined) throw new Error("there is no Chromium on this machine");
  const profile = mkdtempSync(path.join(tmpdir(), "heddle-chromium-"));
  mkdirSync(screenshots, { recursive: true });
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    env: { ...process.env, HOME: profile },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return {
    browser,
    async open({ scheme = "light", language = "en", width = 1280 } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 860 },
        colorScheme: scheme,
        locale: language === "zh" ? "zh-CN" : "en-GB",
        reducedMotion: "reduce",
      });
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        // What a browser says about an answer such as 404 is the server's to judge.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
          complaints.push(`${new URL(page.url()).pathname}: ${message.text()}`);
      });
      return { context, page, complaints };
    },
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
