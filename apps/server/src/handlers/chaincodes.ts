import type { Handlers } from "@heddle/api";
import type { HandlerContext } from "../ports.ts";
import { createSubmit, requireNetwork } from "./networks.ts";
import { optional } from "./views.ts";

type Names = "listChaincodes" | "deployChaincode" | "submitTransaction" | "evaluateTransaction";

/** Handlers about chaincodes and their transactions. */
export function createChaincodeHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const { store, backend } = context;
  const submit = createSubmit(context);
  return {
    async listChaincodes({ params }) {
      await requireNetwork(context, params.name);
      const chaincodes = await store.chaincodes.list(params.name);
      return { chaincodes: chaincodes.map(({ deployedAt, ...rest }) => ({ ...rest, deployedAt: deployedAt.toISOString() })) };
    },

    async deployChaincode({ caller, params, body }) {
      await requireNetwork(context, params.name);
      return submit(caller, "chaincode.deploy", body, params.name);
    },

    async submitTransaction({ params, body }) {
      await requireNetwork(context, params.name);
      const { services } = await backend();
      const { payload, transactionId, block, code } = await services.submit(params.name, params.chaincode, body);
      return { ...viewPayload(payload), transactionId, block, code };
    },

    async evaluateTransaction({ params, body }) {
      await requireNetwork(context, params.name);
      const { services } = await backend();
      return viewPayload((await services.evaluate(params.name, params.chaincode, body)).payload);
    },
  };
}

function viewPayload(payload: Uint8Array): { payload: string; text?: string } {
  return { payload: Buffer.from(payload).toString("base64"), ...optional("text", toText(payload)) };
}

function toText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
