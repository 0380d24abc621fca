import { endpoints, isStream, type EndpointShape } from "@heddle/api";
import { code, markdownTable } from "./table.ts";

/** The table of endpoints in docs/api.md. */
export function renderEndpoints(): string {
  const rows = Object.values(endpoints as Readonly<Record<string, EndpointShape>>).map(
    ({ method, path, summary, permission, response }) => [
      `${code(method)} ${code(path)}`,
      summary,
      code(permission),
      isStream(response) ? "stream of events" : String(response.status),
    ],
  );
  return markdownTable(["endpoint", "", "permission", "answer"], rows);
}
