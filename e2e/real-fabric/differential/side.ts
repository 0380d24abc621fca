import { fromBinary } from "@bufbuild/protobuf";
import { isHeddleError } from "@heddle/network";
import { peer } from "@heddle/fabric/wire";
import type { ConsortiumClient } from "../support/client.ts";
import type { Consortium, ConsortiumNode } from "../support/consortium.ts";

/** What a client was told, in a form that can be compared: plain values, names in place of ports and ids. */
export type Observation = readonly [what: string, answer: unknown];

/** One of the two networks that are compared: the same identities on other ports. */
export interface Side {
  readonly consortium: Consortium;
  readonly client: ConsortiumClient;
}

/** Steps that are taken on both sides; what is observed has to be the same. */
export interface Script {
  readonly title: string;
  /** How many observations there are to compare, at least. */
  readonly atLeast: number;
  run(side: Side): Promise<Observation[]>;
}

function nodesOf({ orderer, organizations }: Consortium): ConsortiumNode[] {
  return [orderer, ...organizations].flatMap(({ nodes }) => nodes);
}

/** A text with names in place of addresses, hashes and times. */
export function plain(text: string, consortium: Consortium): string {
  return (
    nodesOf(consortium)
      .reduce(
        (rest, { name, ports }) => rest.replaceAll(`:${ports.grpc}`, `:<${name}>`).replaceAll(`:${ports.second}`, `:<${name} second>`),
        text,
      )
      // Go's protobuf library writes one space or another, by build.
      .replaceAll("\u00a0", " ")
      .replaceAll(/\b[0-9a-f]{64}\b/g, "<hash>")
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( [+-]\d{4} [A-Z]+|Z)?( m=[+-][\d.]+)?/g, "<time>")
  );
}

/** Hexadecimal, for bytes that have to be equal. */
export function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("hex");
}

/** The read-write set of an endorsed answer. */
function resultsOf({ payload, endorsement }: peer.ProposalResponse): string | undefined {
  if (endorsement === undefined) return undefined;
  const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, payload);
  return hex(fromBinary(peer.ChaincodeActionSchema, extension).results);
}

/** An answer of an endorser without what is of this moment: nonce, time, signature. */
export function answerOf(answer: peer.ProposalResponse, { consortium }: Side, tell?: (payload: Uint8Array) => unknown): unknown {
  const { response, endorsement, interest } = answer;
  const payload = response?.payload ?? new Uint8Array();
  return {
    status: response?.status,
    message: plain(response?.message ?? "", consortium),
    payload: tell === undefined || response?.status !== 200 ? plain(Buffer.from(payload).toString("latin1"), consortium) : tell(payload),
    endorsed: endorsement !== undefined,
    results: resultsOf(answer),
    chaincodes: interest?.chaincodes.map(({ name, collectionNames, noPrivateReads }) => ({ name, collectionNames, noPrivateReads })),
  };
}

interface GrpcFailure {
  readonly code: number;
  readonly details: string;
}

function grpcFailure(error: unknown): GrpcFailure | undefined {
  const cause = isHeddleError(error) ? error.cause : error;
  return cause instanceof Error && "code" in cause && "details" in cause ? (cause as unknown as GrpcFailure) : undefined;
}

/** What a call gives or fails with: gRPC's code and text, or an error's own. */
export async function outcome(side: Side, call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    const failure = grpcFailure(error);
    if (failure !== undefined) return { code: failure.code, details: plain(failure.details, side.consortium) };
    return { error: plain(error instanceof Error ? error.message : String(error), side.consortium) };
  }
}
