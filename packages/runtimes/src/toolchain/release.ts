import { toolchainErrors } from "./errors.ts";

/** Fabric's programs of a release (Fabric: Makefile, RELEASE_EXES), then those of Fabric CA, which is released apart. */
export const FABRIC_PROGRAMS = [
  "peer",
  "orderer",
  "osnadmin",
  "configtxlator",
  "configtxgen",
  "cryptogen",
  "discover",
  "ledgerutil",
  "fabric-ca-server",
  "fabric-ca-client",
] as const;

export type FabricProgram = (typeof FABRIC_PROGRAMS)[number];

/** Where releases come from. */
export interface ReleaseSource {
  /** Archives are at `BASE/vVERSION/ARCHIVE`. */
  readonly base: string;
  /** GitHub's API of the repository, which publishes a digest of each asset; a mirror has `ARCHIVE.sha256` instead. */
  readonly api: string | undefined;
}

/** The official releases. */
export const OFFICIAL: ReleaseSource = {
  base: "https://github.com/hyperledger/fabric/releases/download",
  api: "https://api.github.com/repos/hyperledger/fabric",
};

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };
const SYSTEMS: readonly string[] = ["linux", "darwin"];

/** This machine, as releases name it: `linux-amd64`. Throws TOOLCHAIN_PLATFORM_NOT_SUPPORTED. */
export function releasePlatform(system: string = process.platform, architecture: string = process.arch): string {
  const named = ARCHITECTURES[architecture];
  if (named === undefined || !SYSTEMS.includes(system))
    throw toolchainErrors.create("TOOLCHAIN_PLATFORM_NOT_SUPPORTED", { platform: `${system}-${architecture}` });
  return `${system}-${named}`;
}

/** A version as tags name it, without its `v`. Throws TOOLCHAIN_VERSION_INVALID. */
export function releaseVersion(text: string): string {
  const [, version] = /^v?((?:2\.5|3\.\d{1,3})\.\d{1,4}(?:-[0-9A-Za-z.]{1,30})?)$/.exec(text) ?? [];
  if (version === undefined) throw toolchainErrors.create("TOOLCHAIN_VERSION_INVALID", { version: text });
  return version;
}

/** Name of a release's archive (Fabric: scripts/install-fabric.sh). */
export function archiveName(version: string, platform: string): string {
  return `hyperledger-fabric-${platform}-${version}.tar.gz`;
}

/** Where an archive is downloaded from. */
export function archiveUrl({ base }: ReleaseSource, version: string, platform: string): string {
  return `${base.replace(/\/+$/, "")}/v${version}/${archiveName(version, platform)}`;
}

/** Whether a version is one of a network file's `fabricVersion`, such as 3.1.1 of 3.1. */
export function fits(version: string, series: string): boolean {
  return version === series || version.startsWith(`${series}.`);
}

/** Orders versions, the older first; a pre-release is older than its release. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.suffix === b.suffix) return 0;
  if (a.suffix === "" || b.suffix === "") return a.suffix === "" ? 1 : -1;
  return a.suffix.localeCompare(b.suffix, "en", { numeric: true });
}

function parts(version: string): { readonly numbers: readonly number[]; readonly suffix: string } {
  const [numbers = "", ...suffix] = version.split("-");
  return { numbers: numbers.split(".").map(Number), suffix: suffix.join("-") };
}
