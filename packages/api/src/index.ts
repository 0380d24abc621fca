export { apiErrors } from "./errors.ts";
export { toProblems } from "./problems.ts";
export { createOpenApi } from "./openapi.ts";
export { createClient, type CallOptions, type Client } from "./client/client.ts";
export {
  endpoint,
  isStream,
  permissions,
  type ClientInput,
  type ClientOutput,
  type EndpointShape,
  type Handler,
  type HandlerRequest,
  type JsonResponse,
  type Permission,
  type StreamItem,
  type StreamResponse,
} from "./contract/endpoint.ts";
export { endpointNames, endpoints, type EndpointName, type Endpoints, type Handlers } from "./contract/endpoints.ts";
export { errorBodySchema, type ErrorBody } from "./schemas/common.ts";
export type { Chaincode, Evaluated, Submitted } from "./schemas/chaincodes.ts";
export type { ExportedFile, Network, NetworkDetail, Node, Proof } from "./schemas/networks.ts";
export type { HeddleEvent, Operation, OperationDetail, Step } from "./schemas/operations.ts";
