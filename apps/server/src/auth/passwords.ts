import { argon2, randomBytes, timingSafeEqual } from "node:crypto";

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A password's hash in parts, as the PHC string format names them. */
interface PasswordHash {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** One hash at a time: many logins at once take time, not memory. */
let last: Promise<unknown> = Promise.resolve();

/** Hashes a password with argon2id and a fresh salt. PHC string format: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, { ...COST, salt, hash: Buffer.alloc(HASH_BYTES) });
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${encode(salt)}$${encode(hash)}`;
}

/** Whether `password` is the one that was hashed; takes as long where there is no hash. */
export async function verifyPassword(password: string, phc: string | undefined): Promise<boolean> {
  const expected = phc === undefined ? undefined : parse(phc);
  const { hash, ...cost } = expected ?? { ...COST, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };
  const actual = await derive(password, { ...cost, hash });
  return timingSafeEqual(actual, hash) && expected !== undefined;
}

/** Whether a hash was made at another cost than today's, so that it is made anew at the next login. */
export function isOutdated(phc: string): boolean {
  const { memory, passes, parallelism } = parse(phc);
  return memory !== COST.memory || passes !== COST.passes || parallelism !== COST.parallelism;
}

function derive(password: string, { salt, hash, ...cost }: PasswordHash): Promise<Buffer> {
  // NIST SP 800-63B, 3.1.1.2: the same characters, typed on another keyboard, are the same password.
  const message = Buffer.from(password.normalize("NFKC"), "utf8");
  const made = last.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        argon2("argon2id", { message, nonce: salt, tagLength: hash.length, ...cost }, (error, key) => {
          message.fill(0);
          if (error === null) resolve(key);
          else reject(error);
        });
      }),
  );
  last = made.catch(() => undefined);
  return made;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(phc: string): PasswordHash {
  const [, memory, passes, parallelism, salt = "", hash = ""] = PHC.exec(phc) ?? [];
  if (memory === undefined) throw new TypeError("not a password hash of argon2id");
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
