import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { importFilePath, type ImportBody } from "@heddle/api";
import { isHeddleError } from "@heddle/network";
import { cliErrors } from "../errors.ts";

/** What a network is imported from. */
export type ImportSource = ImportBody["source"];

const FETCH_TIMEOUT_MS = 15_000;

/**
 * The identities of a test network's folder, or of its folder `organizations`, and how its nodes are known.
 * @throws HeddleError CLI_FILE_UNREADABLE
 */
export async function readTestNetwork(folder: string): Promise<ImportSource> {
  const names = await entriesOf(folder);
  const root = names.includes("organizations") ? path.join(folder, "organizations") : folder;
  const found = await Promise.all(
    ["peerOrganizations", "ordererOrganizations"].map(async (below) =>
      (await entriesOf(path.join(root, below), true)).map((file) => path.posix.join(below, file.replaceAll(path.sep, "/"))),
    ),
  );
  const wanted = found.flat().filter((file) => importFilePath(file) !== undefined);
  const files = await Promise.all(wanted.map(async (file) => ({ path: file, content: await read(path.join(root, file)) })));
  return { kind: "test-network", files };
}

/**
 * A connection profile and the MSP folders of those who act; each is `FOLDER` or `MSPID=FOLDER`.
 * @throws HeddleError CLI_FILE_UNREADABLE
 */
export async function readProfile(file: string, folders: readonly string[]): Promise<ImportSource> {
  const identities = await Promise.all(
    folders.map(async (given) => {
      const [, mspId, folder = given] = /^([A-Za-z][A-Za-z0-9.-]*)=(.+)$/.exec(given) ?? [];
      return { ...(await readMsp(folder)), ...(mspId === undefined ? {} : { mspId }) };
    }),
  );
  return { kind: "profile", profile: await read(file), identities };
}

/** Certificate and key of an MSP folder, or of the folder of a user that has one. */
async function readMsp(folder: string): Promise<{ readonly certificate: string; readonly privateKey: string }> {
  const root = (await entriesOf(folder)).includes("msp") ? path.join(folder, "msp") : folder;
  const only = async (below: string): Promise<string> => {
    const [name, ...others] = await entriesOf(path.join(root, below));
    if (name === undefined || others.length > 0)
      throw cliErrors.create("CLI_FILE_UNREADABLE", { file: path.join(root, below), reason: "it has to hold exactly one file" });
    return read(path.join(root, below, name));
  };
  return { certificate: await only("signcerts"), privateKey: await only("keystore") };
}

/**
 * What microfab tells of its components, asked of it from here.
 * @throws HeddleError CLI_FILE_UNREADABLE
 */
export async function readMicrofab(address: string, signal: AbortSignal): Promise<ImportSource> {
  const unreadable = (reason: string, cause?: unknown): Error =>
    cliErrors.create("CLI_FILE_UNREADABLE", { file: address, reason }, { cause });
  if (!URL.canParse(address)) throw unreadable("it is no address such as http://console.127-0-0-1.nip.io:8080");
  try {
    const url = new URL("/ak/api/v1/components", address);
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]) });
    if (!response.ok) throw unreadable(`it answers ${response.status}`);
    return { kind: "microfab", components: await response.text() };
  } catch (error) {
    if (isHeddleError(error)) throw error;
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
}

async function entriesOf(folder: string, deep = false): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: deep, withFileTypes: true });
    // Files only where all are asked for; Node gives the folder that each is in.
    return entries
      .filter((entry) => !deep || entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .toSorted();
  } catch (error) {
    if (deep && error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw unreadableFile(folder, error);
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw unreadableFile(file, error);
  }
}

function unreadableFile(file: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return cliErrors.create("CLI_FILE_UNREADABLE", { file, reason }, { cause: error });
}
