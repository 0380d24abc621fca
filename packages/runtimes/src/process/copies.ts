import { constants, existsSync, readdirSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { PART, readJson } from "../embedded/files.ts";
import type { Layout } from "../embedded/layout.ts";
import type { ChaincodeService } from "../port.ts";

/** What a copy of a network holds: what its nodes keep, and what its chaincode services should be. */
const PARTS = ["data", "chaincodes"] as const;

function placeOf(layout: Layout, network: string, part: (typeof PARTS)[number]): string {
  return part === "data" ? layout.data(network) : layout.chaincodes(network);
}

/** Copies what a network keeps into a folder. File systems that can share blocks between files do. */
export async function copyOut(layout: Layout, network: string, folder: string): Promise<void> {
  for (const part of PARTS) {
    const source = placeOf(layout, network, part);
    await rm(path.join(folder, part), { recursive: true, force: true });
    await mkdir(path.join(folder, part), { recursive: true, mode: 0o700 });
    if (existsSync(source)) await copyFolder(source, path.join(folder, part));
  }
}

/** Puts what nodes kept where a network's nodes look for it: whole or not at all. */
export async function copyIn(layout: Layout, network: string, folder: string): Promise<void> {
  const target = layout.data(network);
  await rm(target + PART, { recursive: true, force: true });
  await copyFolder(path.join(folder, "data"), target + PART);
  await rm(target, { recursive: true, force: true });
  await rename(target + PART, target);
}

/** The chaincode services of a copy. */
export function copiedChaincodes(folder: string): ChaincodeService[] {
  const services = path.join(folder, "chaincodes");
  return readdirSync(services)
    .filter((name) => name.endsWith(".json"))
    .map((name) => readJson(path.join(services, name)) as ChaincodeService | undefined)
    .filter((service) => service !== undefined);
}

function copyFolder(source: string, target: string): Promise<void> {
  return cp(source, target, { recursive: true, mode: constants.COPYFILE_FICLONE, preserveTimestamps: true });
}
