import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageId, parseChaincodePackage, type ChaincodePackage } from "@heddle/fabric";

/** A package that a peer has installed. */
export interface InstalledPackage {
  readonly packageId: string;
  readonly label: string;
  readonly bytes: Uint8Array;
  readonly content: ChaincodePackage;
}

/**
 * The chaincode packages of one peer, on disk (one file each, written whole or not at all) or in
 * memory only (Fabric: core/chaincode/persistence).
 */
export class PackageStore {
  readonly #folder: string | undefined;
  readonly #packages = new Map<string, InstalledPackage>();

  private constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Opens the store of a folder and reads what is installed; without a folder the store is in memory. */
  static async open(folder: string | undefined): Promise<PackageStore> {
    const store = new PackageStore(folder);
    if (folder === undefined) return store;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder).filter((one) => one.endsWith(".tar.gz"))) {
      await store.#add(readFileSync(path.join(folder, name)));
    }
    return store;
  }

  /** Installs a package. Throws `FABRIC_PACKAGE_INVALID`. The same package again changes nothing. */
  async install(bytes: Uint8Array): Promise<{ readonly installed: InstalledPackage; readonly already: boolean }> {
    const content = await parseChaincodePackage(bytes);
    const known = this.#packages.get(packageId(content.label, bytes));
    if (known !== undefined) return { installed: known, already: true };
    const installed = await this.#add(bytes);
    if (this.#folder !== undefined) {
      const file = path.join(this.#folder, `${installed.packageId.replace(":", ".")}.tar.gz`);
      writeFileSync(`${file}.part`, bytes);
      renameSync(`${file}.part`, file);
    }
    return { installed, already: false };
  }

  async #add(bytes: Uint8Array): Promise<InstalledPackage> {
    const content = await parseChaincodePackage(bytes);
    const installed = { packageId: packageId(content.label, bytes), label: content.label, bytes: Uint8Array.from(bytes), content };
    this.#packages.set(installed.packageId, installed);
    return installed;
  }

  get(id: string): InstalledPackage | undefined {
    return this.#packages.get(id);
  }

  /** All packages, sorted by id. */
  list(): InstalledPackage[] {
    return [...this.#packages.values()].toSorted((a, b) => (a.packageId < b.packageId ? -1 : 1));
  }
}
