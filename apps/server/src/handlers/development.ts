import type { Handlers } from "@heddle/api";
import { estimateNetwork } from "@heddle/network";
import type { HandlerContext } from "../ports.ts";
import { createSubmit, readFile, requireNetwork } from "./networks.ts";

type Names =
  | "listScenarios"
  | "listRuntimes"
  | "estimateNetwork"
  | "listDefinitions"
  | "contractMetadata"
  | "redeployChaincode"
  | "connect"
  | "resetChannel";

/** Handlers for those who build on a network. */
export function createDevelopmentHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const submit = createSubmit(context);
  const services = async () => (await context.backend()).services;
  return {
    async listScenarios() {
      return { scenarios: [...(await (await services()).scenarios())] };
    },

    async listRuntimes({ query }) {
      const found = await (await services()).runtimes(query.fabricVersion);
      return {
        runtimes: found.map(({ name, programs, problem }) => ({
          name,
          usable: problem === undefined,
          ...(programs === undefined ? {} : { programs }),
          ...(problem === undefined ? {} : { problem }),
        })),
      };
    },

    estimateNetwork: ({ body }) => Promise.resolve(estimateNetwork(readFile(body))),

    async listDefinitions({ params }) {
      await requireNetwork(context, params.name);
      const definitions = await (await services()).definitions(params.name);
      return { definitions: definitions.map((one) => ({ ...one, approvals: [...one.approvals], installedOn: [...one.installedOn] })) };
    },

    async contractMetadata({ params, query }) {
      await requireNetwork(context, params.name);
      const { contracts, schemas } = await (await services()).contractMetadata(params.name, params.chaincode, query.channel);
      return {
        contracts: contracts.map(({ functions, ...contract }) => ({
          ...contract,
          functions: functions.map(({ parameters, ...one }) => ({ ...one, parameters: [...parameters] })),
        })),
        schemas,
      };
    },

    async redeployChaincode({ params, body, caller }) {
      await requireNetwork(context, params.name);
      const input = await (await services()).redeployment(params.name, params.chaincode, body.channel);
      return submit(caller, "chaincode.deploy", input, params.name);
    },

    async connect({ params, query }) {
      await requireNetwork(context, params.name);
      const { snippets, ...target } = await (await services()).connect(params.name, { ...query, server: context.url() });
      return {
        ...target,
        snippets: snippets.map(({ setup, files, ...one }) => ({ ...one, setup: [...setup], files: [...files] })),
      };
    },

    async resetChannel({ params, body, caller }) {
      await requireNetwork(context, params.name);
      return submit(caller, "channel.reset", { channel: params.channel, block: body.block }, params.name);
    },
  };
}
