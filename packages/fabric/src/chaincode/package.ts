import { gunzipSync, gzipSync } from "node:zlib";
import { extract, pack, type Pack } from "tar-stream";
import { sha256 } from "../crypto/hash.ts";
import { fabricErrors } from "../errors.ts";

/** Labels Fabric takes (core/chaincode/persistence). */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/;
/** A package larger than this once unpacked is refused; keeps a small hostile file from filling memory. */
const MAX_UNPACKED = 200 * 1024 * 1024;

const GZIP_OS_BYTE = 9;

/** Where a chaincode server listens, as `connection.json` states it (Fabric: ccaas_builder). */
export interface ChaincodeConnection {
  readonly address: string;
  readonly dial_timeout: string;
  readonly tls_required: boolean;
  readonly client_auth_required?: boolean;
  readonly client_key?: string;
  readonly client_cert?: string;
  readonly root_cert?: string;
}

/** A chaincode package, unpacked. */
export interface ChaincodePackage {
  readonly label: string;
  readonly type: string;
  readonly path: string;
  /** Contents of code.tar.gz by path. */
  readonly files: ReadonlyMap<string, Buffer>;
}

function invalid(reason: string, cause?: unknown): Error {
  return fabricErrors.create("FABRIC_PACKAGE_INVALID", { reason }, { cause });
}

/** The id of a package: its label and the SHA-256 of its bytes. */
export function packageId(label: string, bytes: Uint8Array): string {
  return `${label}:${sha256(bytes).toString("hex")}`;
}

/** Fixed owner, mode and time, so that the same content gives the same package id again. */
async function tarGz(files: ReadonlyArray<readonly [string, Uint8Array]>): Promise<Buffer> {
  const archive: Pack = pack();
  for (const [name, content] of files) {
    archive.entry({ name, mode: 0o100644, mtime: new Date(0), uid: 500, gid: 500 }, Buffer.from(content));
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const zipped = gzipSync(Buffer.concat(chunks));
  // The header would name the operating system; "unknown" is what Go writes too (RFC 1952, 2.3).
  zipped[GZIP_OS_BYTE] = 0xff;
  return zipped;
}

/**
 * Packages chaincode that runs as a service: the peer learns where to dial it and never builds
 * anything. Throws `FABRIC_PACKAGE_INVALID` for a label Fabric refuses.
 */
export async function packageChaincodeService(
  label: string,
  connection: ChaincodeConnection,
  extra: Readonly<Record<string, Uint8Array>> = {},
): Promise<Buffer> {
  if (!LABEL.test(label))
    throw invalid(
      `invalid label '${label}'. Label must be non-empty, can only consist of alphanumerics, symbols from '.+-_', and can only begin with alphanumerics`,
    );
  const code = await tarGz([["connection.json", Buffer.from(JSON.stringify(connection))], ...Object.entries(extra)]);
  const metadata = Buffer.from(JSON.stringify({ path: "", type: "ccaas", label }));
  return tarGz([
    ["metadata.json", metadata],
    ["code.tar.gz", code],
  ]);
}

async function untar(bytes: Uint8Array, what: string): Promise<Map<string, Buffer>> {
  let plain: Buffer;
  try {
    plain = gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED });
  } catch (cause) {
    throw invalid(`${what} is not gzip, or larger than ${MAX_UNPACKED} bytes`, cause);
  }
  const files = new Map<string, Buffer>();
  let irregular: string | undefined;
  const reader = extract();
  reader.end(plain);
  try {
    for await (const entry of reader) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      if (entry.header.type === "file") files.set(entry.header.name, Buffer.concat(chunks));
      else if (entry.header.type !== "directory") irregular ??= entry.header.name;
    }
  } catch (cause) {
    throw invalid(`${what} is not a tar archive`, cause);
  }
  // A link could lead out of the place where a builder unpacks the package.
  if (irregular !== undefined) throw invalid(`tar entry ${irregular} of ${what} is not a regular file`);
  return files;
}

/** Unpacks and checks a chaincode package of any type. Throws `FABRIC_PACKAGE_INVALID`. */
export async function parseChaincodePackage(bytes: Uint8Array): Promise<ChaincodePackage> {
  const outer = await untar(bytes, "the package");
  const metadataBytes = outer.get("metadata.json");
  const code = outer.get("code.tar.gz");
  if (metadataBytes === undefined) throw invalid("did not find any package metadata (missing metadata.json)");
  if (code === undefined) throw invalid("did not find a code package inside the package");
  const extra = [...outer.keys()].find((name) => name !== "metadata.json" && name !== "code.tar.gz");
  if (extra !== undefined) throw invalid(`unexpected file '${extra}'`);
  const { label, type, path } = parseMetadata(metadataBytes);
  return { label, type, path, files: await untar(code, "code.tar.gz") };
}

function parseMetadata(bytes: Buffer): { label: string; type: string; path: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw invalid("metadata.json is not JSON", cause);
  }
  const fields = typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === "string" ? value : "";
  };
  const label = text("label");
  if (!LABEL.test(label)) throw invalid(`invalid label '${label}'`);
  return { label, type: text("type"), path: text("path") };
}
