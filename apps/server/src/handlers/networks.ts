import { apiErrors, type Caller, type Handlers, type StreamItem } from "@heddle/api";
import { parseNetworkFile, planNetwork, validateNetwork, type NetworkFile } from "@heddle/network";
import { activeStates, storeErrors, type NetworkRecord } from "@heddle/store";
import type { HandlerContext, LogFacts, NodeFacts } from "../ports.ts";
import { optional, viewNetwork, viewNetworkDetail, viewOperation } from "./views.ts";

type Names =
  | "listNetworks"
  | "createNetwork"
  | "planNetwork"
  | "getNetwork"
  | "applyNetwork"
  | "upgradeNetwork"
  | "migrateOrdering"
  | "deleteNetwork"
  | "proveNetwork"
  | "listNodes"
  | "logs"
  | "exportNetwork"
  | "environment";

/** Handlers about networks. */
export function createNetworkHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const { store, backend } = context;
  const submit = createSubmit(context);
  return {
    async listNetworks() {
      return { networks: (await store.networks.list()).map(viewNetwork) };
    },

    async createNetwork({ caller, body, query }) {
      const spec = readFile(body);
      return submit(caller, "network.create", { spec, ...optional("identities", query.identities) }, spec.metadata.name);
    },

    async planNetwork({ body }) {
      const desired = readFile(body);
      const current = await store.networks.get(desired.metadata.name);
      const plan = planNetwork(current?.spec as NetworkFile | undefined, desired);
      return { network: desired.metadata.name, empty: plan.empty, changes: plan.changes.map((change) => ({ ...change })) };
    },

    async getNetwork({ params }) {
      const record = await requireNetwork(context, params.name);
      const running = await store.operations.list({ network: params.name, states: activeStates });
      return viewNetworkDetail(
        record,
        running.find(({ exclusive }) => exclusive),
      );
    },

    async applyNetwork({ caller, params, body }) {
      await requireNetwork(context, params.name);
      const spec = readFile(body);
      if (spec.metadata.name !== params.name) {
        const problem = { path: "metadata.name", message: `is not ${params.name}, the network of the path`, suggestion: params.name };
        throw apiErrors.create("API_BODY_INVALID", {}, { problems: [problem] });
      }
      return submit(caller, "network.apply", { spec }, params.name);
    },

    async upgradeNetwork({ caller, params, body }) {
      await requireNetwork(context, params.name);
      return submit(caller, "network.upgrade", body, params.name);
    },

    async migrateOrdering({ caller, params }) {
      await requireNetwork(context, params.name);
      return submit(caller, "ordering.migrate", {}, params.name);
    },

    async deleteNetwork({ caller, params }) {
      await requireNetwork(context, params.name);
      return submit(caller, "network.delete", {}, params.name);
    },

    async proveNetwork({ caller, params }) {
      await requireNetwork(context, params.name);
      return submit(caller, "network.prove", {}, params.name);
    },

    async listNodes({ params }) {
      await requireNetwork(context, params.name);
      const { services } = await backend();
      return { nodes: (await services.nodes(params.name)).map(viewNode) };
    },

    async logs({ params, query, signal }) {
      await requireNetwork(context, params.name);
      const { services } = await backend();
      return viewLines(services.logs(params.name, { node: query.node, follow: query.follow, tail: query.tail, signal }));
    },

    async exportNetwork({ params, body }) {
      await requireNetwork(context, params.name);
      const { services } = await backend();
      const { files } = await services.exportIdentity(params.name, body);
      return { files: files.map((file) => ({ ...file })) };
    },

    async environment({ params, query }) {
      await requireNetwork(context, params.name);
      const { services } = await backend();
      const { variables, files } = await services.environment(params.name, query);
      return { variables: { ...variables }, files: files.map((file) => ({ ...file })) };
    },
  };
}

/** Submits an operation on a network, in the name of who asks, and answers with it. */
export function createSubmit({ store, backend }: HandlerContext) {
  return async (
    caller: Caller,
    kind: string,
    input: unknown,
    network: string,
  ): Promise<{ operation: ReturnType<typeof viewOperation> }> => {
    const { engine } = await backend();
    const id = await engine.submit(kind, input, { network, actor: caller.account });
    const operation = await store.operations.get(id);
    if (operation === undefined) throw storeErrors.create("STORE_OPERATION_NOT_FOUND", { id });
    return { operation: viewOperation(operation) };
  };
}

/** Throws STORE_NETWORK_NOT_FOUND. */
export async function requireNetwork({ store }: Pick<HandlerContext, "store">, name: string): Promise<NetworkRecord> {
  const record = await store.networks.get(name);
  if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name });
  return record;
}

/** The network file of a request, checked. Throws the errors of reading one. */
export function readFile(body: { readonly file: string } | { readonly spec: Readonly<Record<string, unknown>> }): NetworkFile {
  return "file" in body ? parseNetworkFile(body.file) : validateNetwork(body.spec);
}

function viewNode({ since, ...rest }: NodeFacts): Omit<NodeFacts, "since"> & { readonly since?: string } {
  return { ...rest, ...optional("since", since?.toISOString()) };
}

async function* viewLines(lines: AsyncIterable<LogFacts>): AsyncGenerator<StreamItem<{ node: string; line: string }>> {
  for await (const { node, line, at, stream } of lines) {
    yield { value: { node, line, ...optional("at", at?.toISOString()), ...optional("stream", stream) } };
  }
}
