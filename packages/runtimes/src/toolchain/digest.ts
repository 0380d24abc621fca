import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { toolchainErrors } from "./errors.ts";
import type { Fetcher } from "./fetcher.ts";
import { archiveName, archiveUrl, type ReleaseSource } from "./release.ts";

const SHA256 = /^[0-9a-f]{64}$/;

/** SHA-256 of a file, in lower-case hexadecimal. */
export async function fileDigest(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest("hex");
}

/** A digest that a person gave. Throws TOOLCHAIN_OPTION_INVALID. */
export function givenDigest(text: string): string {
  const digest = text.toLowerCase().replace(/^sha256:/, "");
  if (!SHA256.test(digest))
    throw toolchainErrors.create("TOOLCHAIN_OPTION_INVALID", { option: "--sha256", value: text, expected: "Give 64 hexadecimal digits." });
  return digest;
}

/** The digest in a file as `sha256sum` writes it: that of the archive's line, or the only one. */
export function listedDigest(text: string, archive: string): string | undefined {
  const lines = text.split("\n").flatMap((line) => {
    const [, digest = "", name] = /^([0-9A-Fa-f]{64})(?:\s+\*?(.*?))?\s*$/.exec(line) ?? [];
    return digest === "" ? [] : [{ digest: digest.toLowerCase(), name: name?.split("/").at(-1) }];
  });
  const named = lines.find(({ name }) => name === archive);
  return (named ?? (lines.length === 1 && lines[0]?.name === undefined ? lines[0] : undefined))?.digest;
}

/**
 * The digest that a release publishes: GitHub's own of the asset, or `ARCHIVE.sha256` beside it on a mirror; undefined
 * where it publishes none. Throws TOOLCHAIN_DIGEST_UNKNOWN where that cannot be found out, TOOLCHAIN_RELEASE_UNKNOWN.
 */
export async function publishedDigest(
  fetcher: Fetcher,
  source: ReleaseSource,
  version: string,
  platform: string,
): Promise<string | undefined> {
  const archive = archiveName(version, platform);
  if (source.api === undefined) {
    const text = await ask(fetcher, `${archiveUrl(source, version, platform)}.sha256`);
    if (text === undefined) return undefined;
    return listedDigest(text, archive) ?? unreadable(`${archive}.sha256 of the mirror holds no digest of it`);
  }
  const url = `${source.api}/releases/tags/v${version}`;
  const text = await ask(fetcher, url);
  if (text === undefined) throw toolchainErrors.create("TOOLCHAIN_RELEASE_UNKNOWN", { url });
  return assetDigest(text, archive, url);
}

/** Digest of a release's asset (GitHub REST API: releases, assets[].digest); assets of before June 2025 have none. */
function assetDigest(text: string, archive: string, url: string): string | undefined {
  let release: unknown;
  try {
    release = JSON.parse(text);
  } catch {
    return unreadable(`${url} answers with no JSON`);
  }
  const assets = typeof release === "object" && release !== null && "assets" in release ? release.assets : undefined;
  if (!Array.isArray(assets)) return unreadable(`${url} lists no assets`);
  const asset = (assets as Array<{ name?: unknown; digest?: unknown } | null>).find((one) => one?.name === archive);
  if (asset === undefined) throw toolchainErrors.create("TOOLCHAIN_RELEASE_UNKNOWN", { url: `${archive} in ${url}` });
  const digest = asset?.digest;
  if (digest === undefined || digest === null) return undefined;
  const [, hex] = typeof digest === "string" ? (/^sha256:([0-9a-f]{64})$/.exec(digest) ?? []) : [];
  return hex ?? unreadable(`${url} has a digest of another kind than SHA-256`);
}

function unreadable(reason: string): never {
  throw toolchainErrors.create("TOOLCHAIN_DIGEST_UNKNOWN", { reason });
}

async function ask(fetcher: Fetcher, url: string): Promise<string | undefined> {
  try {
    return await fetcher.text(url);
  } catch (cause) {
    fetcher.signal?.throwIfAborted();
    throw toolchainErrors.create("TOOLCHAIN_DIGEST_UNKNOWN", { reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}
