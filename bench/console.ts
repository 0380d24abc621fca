// The console in Chromium on loopback: how soon a screen is there, what the first
// load weighs, and how long the browser takes from an input to the next frame with
// 50 networks, 200 nodes and a channel of 100,000 transactions.
import path from "node:path";
import { openStore, type Store } from "@heddle/store";
import type { BrowserContext, Page } from "playwright-core";
import { chromiumPath, startChromium, type TestBrowser } from "../e2e/browser/support/chromium.ts";
import { startHeddle, type HeddleServer } from "../e2e/browser/support/heddle.ts";
import { loginByLink } from "../e2e/browser/support/login.ts";
import type { Bench, BenchOptions } from "./lib/bench.ts";
import { fillIndex, fillNetworks, LEDGER, WIDE } from "./lib/console-rows.ts";
import { measure, observe, when, type Interaction } from "./lib/interaction.ts";
import { median, table } from "./lib/measure.ts";

interface PaintRow {
  readonly screen: string;
  /** Milliseconds to the largest contentful paint. */
  readonly cold: readonly number[];
  readonly warm: readonly number[];
  /** Milliseconds of processor that the page's main thread took while cold: what a busy machine cannot change. */
  readonly cpu: readonly number[];
}

interface ActionRow {
  readonly action: string;
  readonly rounds: readonly Interaction[];
}

interface ConsoleData {
  readonly transactions: number;
  readonly networks: number;
  readonly nodes: number;
  readonly paint: readonly PaintRow[];
  /** Bytes over the wire of the first load, headers and all, by kind. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Of the scripts, without headers. */
  readonly scripts: { readonly files: number; readonly bytes: number };
  readonly actions: readonly ActionRow[];
  /** Milliseconds of the longest frame while the table of transactions was scrolled, by round. */
  readonly frames: readonly number[];
  readonly scrolled: number;
}

const NETWORKS = 50;
const REAL = "trade";

async function paintOf(page: Page, address: string): Promise<number> {
  await page.goto(address);
  await page.locator("main h1").first().waitFor();
  await when(page, "document.querySelector('.mantine-Skeleton-root') === null", "true");
  return page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true });
  })`);
}

interface Session {
  readonly url: string;
  readonly chromium: TestBrowser;
  /** A window with an empty cache that is logged in. */
  readonly open: () => Promise<{ readonly context: BrowserContext; readonly page: Page }>;
}

async function login(heddle: HeddleServer, chromium: TestBrowser): Promise<Session> {
  const { context, page } = await chromium.open();
  await loginByLink(page, heddle);
  const cookies = await context.cookies();
  await context.close();
  return {
    url: heddle.url,
    chromium,
    async open() {
      const made = await chromium.open();
      await made.context.addCookies(cookies);
      return made;
    },
  };
}

async function paint({ url, open }: Session, rounds: number, say: BenchOptions["say"]): Promise<PaintRow[]> {
  const screens = [
    ["networks", "/networks"],
    ["wizard", "/networks/new"],
    ["overview", `/networks/${REAL}`],
    [`overview of ${String(WIDE.nodes)} nodes`, `/networks/${WIDE.name}`],
    ["explorer", `/networks/${REAL}/explorer/${REAL}`],
    ["transactions", `/networks/${LEDGER.network}/explorer/${LEDGER.channel}/transactions`],
  ] as const;
  const rows: PaintRow[] = [];
  for (const [screen, address] of screens) {
    const cold: number[] = [];
    const warm: number[] = [];
    const cpu: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { context, page } = await open();
      const wire = await context.newCDPSession(page);
      await wire.send("Performance.enable", { timeDomain: "threadTicks" });
      cold.push(await paintOf(page, `${url}${address}`));
      const { metrics } = await wire.send("Performance.getMetrics");
      cpu.push((metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000);
      warm.push(await paintOf(page, `${url}${address}`));
      await context.close();
    }
    rows.push({ screen, cold, warm, cpu });
    say(`${screen}: ${median(cold).toFixed(0)} ms cold, ${median(warm).toFixed(0)} ms warm, ${median(cpu).toFixed(0)} ms of CPU`);
  }
  return rows;
}

async function weigh({ url, open }: Session): Promise<Pick<ConsoleData, "bytes" | "scripts">> {
  const { context, page } = await open();
  const wire = await context.newCDPSession(page);
  const kinds = new Map<string, string>();
  const bytes: Record<string, number> = {};
  wire.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? "Other";
    bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
  });
  await wire.send("Network.enable");
  await paintOf(page, `${url}/networks`);
  const sizes = await page.evaluate<number[]>(
    `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).map(({ encodedBodySize }) => encodedBodySize)`,
  );
  await context.close();
  if (sizes.length === 0) throw new Error("no script was loaded");
  return { bytes, scripts: { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) } };
}

/** What is done, and a selector of what is there afterwards. */
interface Action {
  readonly name: string;
  readonly from: string;
  /** Brings the page to where the action begins. */
  readonly begin?: (page: Page) => Promise<void>;
  readonly act: (page: Page) => Promise<void>;
  readonly shown: string;
}

function actionsOf(transaction: string): Action[] {
  const link = (name: string) => (page: Page) => page.getByRole("link", { name, exact: true }).first().click();
  const big = `/networks/${LEDGER.network}/explorer/${LEDGER.channel}`;
  return [
    { name: "from Overview to Nodes", from: `/networks/${REAL}`, act: link("Nodes"), shown: 'main[data-at="/networks/trade/nodes"]' },
    {
      name: `from Nodes to Overview of ${String(WIDE.nodes)} nodes`,
      from: `/networks/${WIDE.name}/nodes`,
      act: link("Overview"),
      shown: ".react-flow__node",
    },
    {
      name: `to the transactions of ${LEDGER.transactions.toLocaleString("en-GB")}`,
      from: big,
      act: link("Transactions"),
      shown: `main[data-at="${big}/transactions"] tbody tr`,
    },
    {
      name: `a letter in the filter of ${String(NETWORKS)} networks`,
      from: "/networks",
      begin: (page) => page.getByRole("searchbox").click(),
      act: (page) => page.keyboard.type("7"),
      shown: 'tbody tr:first-child a[href$="07"]',
    },
    {
      name: "a letter in the explorer's search",
      from: big,
      begin: (page) => page.getByRole("searchbox").click(),
      act: (page) => page.keyboard.type("k"),
      shown: 'input[type="search"][value="k"]',
    },
    {
      name: "open a transaction",
      from: `/networks/${REAL}/explorer/${REAL}/transactions`,
      act: (page) => page.locator(`a[title="${transaction}"]`).click(),
      shown: `main[data-at="/networks/${REAL}/explorer/${REAL}/transactions/${transaction}"]`,
    },
  ];
}

async function act({ url, open }: Session, transaction: string, rounds: number, say: BenchOptions["say"]): Promise<ActionRow[]> {
  const rows: ActionRow[] = [];
  for (const { name, from, begin, act: run, shown } of actionsOf(transaction)) {
    const { context, page } = await open();
    await observe(page);
    const taken: Interaction[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      await paintOf(page, `${url}${from}`);
      await begin?.(page);
      const one = await measure(page, () => run(page), shown);
      // The first fetches the code of the screen.
      if (round > 0) taken.push(one);
    }
    await context.close();
    rows.push({ action: name, rounds: taken });
    const [frame, all] = [taken.map((one) => one.frame), taken.map((one) => one.shown)];
    say(`${name}: next frame ${median(frame).toFixed(0)} ms (worst ${Math.max(...frame).toFixed(0)}), shown ${median(all).toFixed(0)} ms`);
  }
  return rows;
}

/** Scrolls down the table while it fetches its pages. */
async function scroll({ url, open }: Session, rounds: number, say: BenchOptions["say"]): Promise<{ frames: number[]; scrolled: number }> {
  const { context, page } = await open();
  const frames: number[] = [];
  let scrolled = 0;
  for (let round = 0; round <= rounds; round += 1) {
    await paintOf(page, `${url}/networks/${LEDGER.network}/explorer/${LEDGER.channel}/transactions`);
    await page.mouse.move(640, 500);
    await page.evaluate(`(() => {
      globalThis.longest = 0;
      let last = performance.now();
      const frame = (now) => { globalThis.longest = Math.max(globalThis.longest, now - last); last = now; requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
    })()`);
    for (let step = 0; step < 60; step += 1) await page.mouse.wheel(0, 700);
    const [longest, rows] = await page.evaluate<[number, number]>(
      "[globalThis.longest, Number([...document.querySelectorAll('tbody tr')].findLast((row) => row.ariaRowIndex)?.ariaRowIndex)]",
    );
    if (!(rows > 100)) throw new Error(`scrolling came to row ${rows} only`);
    if (round > 0) {
      frames.push(longest);
      scrolled = Math.max(scrolled, rows);
    }
  }
  await context.close();
  say(`scrolling ${String(scrolled)} rows: longest frame ${median(frames).toFixed(0)} ms`);
  return { frames, scrolled };
}

async function withoutRows(store: Store): Promise<void> {
  for (const { name } of await store.networks.list()) if (name !== REAL) await store.networks.delete(name);
}

async function run({ quick, say }: BenchOptions): Promise<ConsoleData> {
  if (chromiumPath === undefined) throw new Error("there is no Chromium: apt install chromium, or set HEDDLE_CHROMIUM");
  const rounds = quick ? 3 : 15;
  const heddle = await startHeddle();
  const store = await openStore({ url: `sqlite:${path.join(heddle.home, "heddle.db")}` });
  const chromium = await startChromium();
  try {
    await heddle.create("trade", REAL);
    await fillNetworks(store, NETWORKS - 1);
    await fillIndex(store);
    const session = await login(heddle, chromium);
    const transaction = (await heddle.client().getNetwork({ params: { name: REAL } })).proof?.channels[0]?.transactionId;
    if (transaction === undefined) throw new Error("the network has no proof");
    const { bytes, scripts } = await weigh(session);
    say(`first load: ${(scripts.bytes / 1000).toFixed(1)} KB of compressed script in ${scripts.files} files`);
    const painted = await paint(session, rounds, say);
    const actions = await act(session, transaction, rounds, say);
    const scrolling = await scroll(session, rounds, say);
    return {
      transactions: LEDGER.transactions,
      networks: NETWORKS,
      nodes: WIDE.nodes,
      bytes,
      scripts,
      paint: painted,
      actions,
      ...scrolling,
    };
  } finally {
    await chromium.close();
    await withoutRows(store);
    await store.close();
    await heddle.close();
  }
}

const ms = (values: readonly number[]): string => median(values).toFixed(0);
const worst = (values: readonly number[]): string => Math.max(...values).toFixed(0);

export const consoleScreens: Bench<ConsoleData> = {
  name: "console",
  title: "Console: how soon a screen is there",
  run,
  render({ transactions, networks, nodes, paint: painted, bytes, scripts, actions, frames, scrolled }) {
    const total = Object.values(bytes).reduce((sum, size) => sum + size, 0);
    const paints = table(
      ["largest contentful paint", "cold, ms", "worst", "warm, ms", "worst", "target", "CPU cold, ms"],
      painted.map(({ screen, cold, warm, cpu }) => [screen, ms(cold), worst(cold), ms(warm), worst(warm), "1000", ms(cpu)]),
    );
    const inputs = table(
      ["input", "to the next frame, ms", "worst", "until it is shown, ms", "worst", "target"],
      [
        ...actions.map(({ action, rounds }) => {
          const [frame, shown] = [rounds.map((one) => one.frame), rounds.map((one) => one.shown)];
          return [action, ms(frame), worst(frame), ms(shown), worst(shown), "100"];
        }),
        [`scroll ${scrolled.toLocaleString("en-GB")} transactions (longest frame)`, ms(frames), worst(frames), "", "", "100"],
      ],
    );
    return `Chromium without a display, against a server with ${networks} networks, one of them of ${nodes} nodes, and a channel of ${transactions.toLocaleString("en-GB")} transactions. Cold is a browser with an empty cache, warm the same page again; medians of ${painted[0]?.cold.length ?? 0} rounds. The first load of the list of networks takes ${(total / 1000).toFixed(0)} KB over the wire, headers and all; its ${scripts.files} scripts are ${(scripts.bytes / 1000).toFixed(0)} KB, of 250 KB at most.

${paints}

To the next frame: the browser's own Event Timing, input to paint, in steps of 8 ms, from 16 ms on. Until it is shown: from the same input to the first frame that has what was asked for, fetched from the server.

${inputs}`;
  },
};
