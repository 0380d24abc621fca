import { fromBinary, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import type { MethodDefinition } from "@grpc/grpc-js";
import { common, discovery, gateway, orderer, peer } from "../wire.ts";

/** Largest gRPC message in both directions, as in Fabric (internal/pkg/comm). */
export const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

/** A gRPC method between two message types. */
export type Method<Request extends DescMessage, Response extends DescMessage> = MethodDefinition<
  MessageShape<Request>,
  MessageShape<Response>
>;

function method<Request extends DescMessage, Response extends DescMessage>(
  path: string,
  request: Request,
  response: Response,
  stream: { request?: boolean; response?: boolean } = {},
): Method<Request, Response> {
  const encode =
    <Schema extends DescMessage>(schema: Schema) =>
    (message: MessageShape<Schema>): Buffer => {
      const bytes = toBinary(schema, message);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    };
  return {
    path,
    requestStream: stream.request ?? false,
    responseStream: stream.response ?? false,
    requestSerialize: encode(request),
    requestDeserialize: (bytes) => fromBinary(request, bytes),
    responseSerialize: encode(response),
    responseDeserialize: (bytes) => fromBinary(response, bytes),
  };
}

const both = { request: true, response: true } as const;

/** `protos.Endorser` */
export const endorserService = {
  processProposal: method("/protos.Endorser/ProcessProposal", peer.SignedProposalSchema, peer.ProposalResponseSchema),
} as const;

/** `protos.Deliver`, the peer's streams of blocks. */
export const deliverService = {
  deliver: method("/protos.Deliver/Deliver", common.EnvelopeSchema, peer.DeliverResponseSchema, both),
  deliverFiltered: method("/protos.Deliver/DeliverFiltered", common.EnvelopeSchema, peer.DeliverResponseSchema, both),
  deliverWithPrivateData: method("/protos.Deliver/DeliverWithPrivateData", common.EnvelopeSchema, peer.DeliverResponseSchema, both),
} as const;

/** `orderer.AtomicBroadcast` */
export const atomicBroadcastService = {
  broadcast: method("/orderer.AtomicBroadcast/Broadcast", common.EnvelopeSchema, orderer.BroadcastResponseSchema, both),
  deliver: method("/orderer.AtomicBroadcast/Deliver", common.EnvelopeSchema, orderer.DeliverResponseSchema, both),
} as const;

/** `gateway.Gateway` */
export const gatewayService = {
  evaluate: method("/gateway.Gateway/Evaluate", gateway.EvaluateRequestSchema, gateway.EvaluateResponseSchema),
  endorse: method("/gateway.Gateway/Endorse", gateway.EndorseRequestSchema, gateway.EndorseResponseSchema),
  submit: method("/gateway.Gateway/Submit", gateway.SubmitRequestSchema, gateway.SubmitResponseSchema),
  commitStatus: method("/gateway.Gateway/CommitStatus", gateway.SignedCommitStatusRequestSchema, gateway.CommitStatusResponseSchema),
  chaincodeEvents: method(
    "/gateway.Gateway/ChaincodeEvents",
    gateway.SignedChaincodeEventsRequestSchema,
    gateway.ChaincodeEventsResponseSchema,
    { response: true },
  ),
} as const;

/** `discovery.Discovery` */
export const discoveryService = {
  discover: method("/discovery.Discovery/Discover", discovery.SignedRequestSchema, discovery.ResponseSchema),
} as const;

/** `protos.ChaincodeSupport`: chaincode dials the peer. */
export const chaincodeSupportService = {
  register: method("/protos.ChaincodeSupport/Register", peer.ChaincodeMessageSchema, peer.ChaincodeMessageSchema, both),
} as const;

/** `protos.Chaincode`: the peer dials chaincode that runs as a service. */
export const chaincodeService = {
  connect: method("/protos.Chaincode/Connect", peer.ChaincodeMessageSchema, peer.ChaincodeMessageSchema, both),
} as const;
