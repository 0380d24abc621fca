import { createPrivateKey } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A secret, and the texts and bytes that would give it away wherever they are. */
export interface Marker {
  readonly name: string;
  readonly traces: readonly Buffer[];
}

/** Something that was said or written, with the place it was found in. */
export interface Evidence {
  readonly where: string;
  readonly content: Buffer;
}

/** A secret text in the forms it may take: as it is, and encoded, whatever stands before it. */
export function textMarker(name: string, secret: string): Marker {
  return { name, traces: traces(Buffer.from(secret, "utf8")) };
}

/** A private key: its bare scalar in any encoding, and the parts of its PEM's lines that hold it. */
export function keyMarker(name: string, pem: string): Marker {
  const key = createPrivateKey(pem);
  const { d = "" } = key.export({ format: "jwk" });
  const scalar = Buffer.from(d, "base64url");
  return { name, traces: [...traces(scalar), ...pemParts(pem, scalar)] };
}

/** The rest of a PEM is the curve and the public key, which are no secret and stand in certificates. */
function pemParts(pem: string, scalar: Buffer): Buffer[] {
  const lines = pem.split(/\r?\n/).filter((line) => line !== "" && !line.includes("PRIVATE KEY"));
  const offset = Buffer.from(lines.join(""), "base64").indexOf(scalar);
  if (offset < 0) throw new Error("the scalar is not in the PEM");
  const from = Math.ceil(offset / 3) * 4;
  const to = Math.floor((offset + scalar.length) / 3) * 4;
  let before = 0;
  const parts = lines.map((line) => {
    const part = line.slice(Math.max(0, from - before), Math.max(0, to - before));
    before += line.length;
    return part;
  });
  return parts.filter((part) => part.length >= 12).map((part) => Buffer.from(part));
}

function traces(bytes: Buffer): Buffer[] {
  const hex = bytes.toString("hex");
  // Base64 of the same bytes looks differently after one or two others; the ends depend on the neighbours.
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return text.slice(before === 0 ? 0 : 4, -4);
  });
  const forms = [hex, hex.toUpperCase(), ...base64, ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"))];
  return [bytes, ...forms.map((form) => Buffer.from(form))];
}

/** What gives a secret away: the secret's name and the place. */
export function findMarkers(markers: readonly Marker[], evidence: readonly Evidence[]): string[] {
  return evidence.flatMap(({ where, content }) =>
    markers.filter((marker) => marker.traces.some((trace) => content.includes(trace))).map(({ name }) => `${name} in ${where}`),
  );
}

/** Every row of every table of a SQLite file, and the bytes of the file and of its log. */
export function databaseEvidence(file: string): Evidence[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  const rows = tables.flatMap(({ name }) =>
    database
      .prepare(`select * from "${name}"`)
      .all()
      .map((row) => ({ where: `a row of ${name}`, content: Buffer.concat(Object.values(row).map(toBuffer)) })),
  );
  database.close();
  const folder = path.dirname(file);
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(path.basename(file)))
    .map((name) => ({ where: name, content: readFileSync(path.join(folder, name)) }));
  return [...rows, ...files];
}

function toBuffer(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Buffer.from(`${String(value)}\0`);
}

/** Command line and environment of a process: every user of the machine may read the one, its owner's programs the other. */
export function processEvidence(pid: number): Evidence[] {
  return ["cmdline", "environ"].map((name) => ({ where: `${name} of process ${pid}`, content: readFileSync(`/proc/${pid}/${name}`) }));
}
