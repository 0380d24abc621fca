import type { Socket } from "node:net";
import { apiErrors } from "@heddle/api";
import type { HeddleError } from "@heddle/network";
import { toErrorBody } from "./error-handler.ts";

/** Bytes of the largest address with its headers. An address may carry a key of 4,096 characters, each of which takes up to nine. */
export const HEADER_LIMIT = 64 * 1024;

/** Answers what is no request that could be routed, as every other error is answered; there is nothing but the connection. */
export function answerClientError(error: Error, socket: Socket): void {
  if (!socket.writable || ("code" in error && error.code === "ECONNRESET")) {
    socket.destroy();
    return;
  }
  const refused = refusalOf(error);
  const body = JSON.stringify(toErrorBody(refused));
  const head = [
    `HTTP/1.1 ${refused.status} ${refused.code}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function refusalOf(error: Error): HeddleError {
  const code = "code" in error ? error.code : undefined;
  if (code === "HPE_HEADER_OVERFLOW") return apiErrors.create("API_HEADERS_TOO_LARGE", { limit: HEADER_LIMIT }, { cause: error });
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return apiErrors.create("API_REQUEST_TIMEOUT", {}, { cause: error });
  // Not what the parser stumbled over: it may be a part of a header.
  return apiErrors.create("API_REQUEST_INVALID", { reason: "it is no HTTP request" }, { cause: error });
}
