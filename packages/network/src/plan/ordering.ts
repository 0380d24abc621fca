import type { NetworkFile } from "../schema/network-file.ts";
import type { Change } from "./change.ts";
import { differences } from "./compare.ts";

type Ordering = NetworkFile["spec"]["ordering"];

const BATCH_WORDS = {
  timeout: "batch timeout",
  maxMessages: "messages in a block",
  preferredMaxBytes: "preferred bytes of a block",
  absoluteMaxBytes: "largest bytes of a block",
} as const;

/** What changes of the ordering service itself; its orderers come and go elsewhere. */
export function orderingChanges(current: Ordering, desired: Ordering): Change[] {
  const change = (field: string, summary: string, supported: boolean): Change => ({
    action: "update",
    kind: "ordering",
    path: `spec.ordering.${field}`,
    name: desired.organization.name,
    summary,
    supported,
  });
  return [
    ...differences(current, desired, ["type", "organization"]).map((field) =>
      change(field, `change ${field} of the ordering service`, false),
    ),
    ...differences(current.batch, desired.batch, ["timeout", "maxMessages", "preferredMaxBytes", "absoluteMaxBytes"]).map((field) => {
      const [before, after] = [current.batch[field], desired.batch[field]];
      // Instant blocks are how the nodes were started, not what a channel's configuration says.
      const supported = before !== "instant" && after !== "instant";
      return change(`batch.${field}`, `${BATCH_WORDS[field]}: ${before} becomes ${after}, on every channel`, supported);
    }),
  ];
}
