import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@heddle/api";
import { asCalled } from "../called.ts";
import { cliErrors } from "../errors.ts";
import type { Output } from "../output.ts";
import { seconds } from "../render/values.ts";
import type { ServerAddress } from "./address.ts";

/** Milliseconds between two looks at a console that is being built. */
const LOOK_MS = 200;

type ConsoleState = Awaited<ReturnType<Client["getConsole"]>>;

/** Waits for the console to be built, showing that, and says what is wrong where it cannot be; resolves to how it is. */
export async function consoleReady(client: Client, output: Output, signal: AbortSignal): Promise<ConsoleState> {
  let built = false;
  for (;;) {
    const state = await client.getConsole({}, { signal });
    if (state.state === "building") {
      built = true;
      output.status(`  building the console  ${seconds(state.seconds ?? 0)}`);
      await pause(LOOK_MS, undefined, { signal });
      continue;
    }
    output.end();
    if (state.error !== undefined) output.note(asCalled(`${state.error.code}: ${state.error.message}\nnext: ${state.error.next}`));
    else if (built) output.note(`  ✓ Build the console  ${seconds(state.seconds ?? 0)}`);
    return state;
  }
}

/** A login link as it is printed. */
export interface PrintedLink {
  readonly url: string;
  readonly account: string;
  readonly expiresAt: string;
}

/**
 * Makes a one-time link into the console: for an account that is named, else for the first owner there is.
 * @throws HeddleError AUTH_ACCOUNT_NOT_FOUND, CLI_NO_OWNER
 */
export async function loginLink(client: Client, address: ServerAddress, wanted?: string): Promise<PrintedLink> {
  const account = wanted ?? (await firstOwner(client));
  const { path, expiresAt } = await client.createLoginLink({ params: { account } });
  return { url: `${address.console}${path}`, account, expiresAt };
}

async function firstOwner(client: Client): Promise<string> {
  const owners = (await client.listAccounts()).accounts.filter(({ role }) => role === "owner");
  const [oldest] = owners.toSorted((left, right) => left.createdAt.localeCompare(right.createdAt));
  if (oldest === undefined) throw cliErrors.create("CLI_NO_OWNER", {});
  return oldest.name;
}
