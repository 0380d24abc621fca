import { nodesOf, type NetworkFile } from "@heddle/network";
import type { HeddleEvent, Network, NetworkDetail, Operation, OperationDetail, Step } from "@heddle/api";
import type { OperationDetail as DetailRecord, OperationFailure, StepProgress } from "@heddle/operations";
import type { EventRecord, NetworkRecord, OperationRecord } from "@heddle/store";

/** An operation as the API shows it; input and lease stay inside. */
export function viewOperation(operation: OperationRecord): Operation {
  const end = operation.finishedAt ?? new Date();
  return {
    id: operation.id,
    kind: operation.kind,
    ...optional("network", operation.network),
    summary: operation.summary,
    ...optional("actor", operation.actor),
    state: operation.state,
    ...optional("error", operation.error as OperationFailure | undefined),
    ...optional("result", operation.result),
    createdAt: operation.createdAt.toISOString(),
    ...optional("startedAt", operation.startedAt?.toISOString()),
    ...optional("finishedAt", operation.finishedAt?.toISOString()),
    seconds: (end.getTime() - operation.createdAt.getTime()) / 1000,
  };
}

/** An operation with its steps as the API shows it. */
export function viewOperationDetail(operation: DetailRecord): OperationDetail {
  return { ...viewOperation(operation), steps: operation.steps.map(viewStep) };
}

function viewStep(step: StepProgress): Step {
  const { startedAt, finishedAt } = step;
  const seconds = startedAt === undefined || finishedAt === undefined ? undefined : (finishedAt.getTime() - startedAt.getTime()) / 1000;
  return {
    name: step.name,
    title: step.title,
    ...optional("phase", step.phase),
    ...optional("node", step.node),
    state: step.state,
    attempts: step.attempts,
    ...optional("startedAt", startedAt?.toISOString()),
    ...optional("finishedAt", finishedAt?.toISOString()),
    ...optional("seconds", seconds),
    ...optional("error", step.error),
  };
}

/** An event as the API shows it. */
export function viewEvent(event: EventRecord): HeddleEvent {
  return {
    id: event.id,
    at: event.at.toISOString(),
    type: event.type,
    ...optional("network", event.network),
    ...optional("operation", event.operation),
    data: event.data,
  };
}

/** A network as the API shows it. */
export function viewNetwork(record: NetworkRecord): Network {
  // The store keeps what `parseNetworkFile` gave; nothing else is ever inserted.
  const { spec } = record.spec as NetworkFile;
  return {
    name: record.name,
    state: record.state,
    runtime: record.runtime,
    fabricVersion: spec.fabricVersion,
    organizations: spec.organizations.map(({ name, mspId }) => ({ name, mspId })),
    channels: spec.channels.map(({ name }) => name),
    nodes: nodesOf(record.spec as NetworkFile).length,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    ...optional("proof", record.proof as Network["proof"]),
  };
}

/** A network with its file as the API shows it. */
export function viewNetworkDetail(record: NetworkRecord, operation: OperationRecord | undefined): NetworkDetail {
  return { ...viewNetwork(record), spec: record.spec, ...optional("operation", operation?.id) };
}

/** A field that is there only if it has a value. */
export function optional<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };
}
