/** A file of an archive. */
export interface TarFile {
  /** Relative, with /; at most 100 bytes of UTF-8. */
  readonly path: string;
  /** Permissions, such as 0o600. */
  readonly mode: number;
  readonly content: string;
}

const BLOCK = 512;

/**
 * A tar archive (POSIX.1-1988, ustar), so that permissions of private keys survive the download.
 * @throws RangeError where a path is longer than the format's 100 bytes.
 */
export function createTar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = files.map(({ path, mode, content }) => {
    const body = encoder.encode(content);
    const padded = new Uint8Array(BLOCK + Math.ceil(body.length / BLOCK) * BLOCK);
    padded.set(header(encoder.encode(path), mode, body.length), 0);
    padded.set(body, BLOCK);
    return padded;
  });
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 2 * BLOCK));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

function header(path: Uint8Array, mode: number, size: number): Uint8Array {
  if (path.length > 100) throw new RangeError(`a path of ${path.length} bytes does not fit a tar header`);
  const encoder = new TextEncoder();
  const block = new Uint8Array(BLOCK);
  const write = (offset: number, text: string): void => block.set(encoder.encode(text), offset);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;
  block.set(path, 0);
  write(100, octal(mode, 8));
  write(108, octal(0, 8));
  write(116, octal(0, 8));
  write(124, octal(size, 12));
  write(136, octal(0, 12));
  write(148, " ".repeat(8));
  write(156, "0");
  write(257, "ustar\u000000");
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}
