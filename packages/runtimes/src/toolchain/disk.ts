import { isHeddleError } from "@heddle/network";
import { toolchainErrors } from "./errors.ts";

const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);
const DISK: ReadonlySet<string> = new Set([...FULL, "EIO", "EROFS", "EFBIG", "EACCES", "EPERM", "EINVAL"]);

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Whether writing failed, and not the connection. */
export function isDiskFailure(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && DISK.has(codeOf(error));
}

/** Does something that writes below a folder. Throws TOOLCHAIN_DISK_FULL where there was no room for it. */
export async function withRoom<Result>(folder: string, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (isHeddleError(error) || !FULL.has(codeOf(error))) throw error;
    throw toolchainErrors.create("TOOLCHAIN_DISK_FULL", { folder }, { cause: error });
  }
}
