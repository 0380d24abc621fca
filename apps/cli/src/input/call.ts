import { argument, restArguments, text, texts, type Invocation } from "../command.ts";
import { transientData } from "./values.ts";

/** A call of a chaincode's function, from the command line, as the API takes it. */
export function callOf(invocation: Invocation) {
  return {
    params: { name: argument(invocation, 0), chaincode: argument(invocation, 1) },
    body: {
      function: argument(invocation, 2),
      args: [...restArguments(invocation, 3)],
      channel: text(invocation, "channel"),
      organization: text(invocation, "org"),
      user: text(invocation, "user"),
      transient: transientData(texts(invocation, "transient")),
    },
  };
}

/** What a function returned: text where it is text, base64 otherwise. */
export function payloadText({ payload, text: readable }: { readonly payload: string; readonly text?: string | undefined }): string {
  return readable ?? payload;
}
