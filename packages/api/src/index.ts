export { apiErrors } from "./errors.ts";
export { importFilePath } from "./import-files.ts";
export { toProblems } from "./problems.ts";
export { createOpenApi, errorsOf } from "./openapi.ts";
export { createClient, type CallOptions, type Client } from "./client/client.ts";
export {
  endpoint,
  isStream,
  type Caller,
  type ClientInput,
  type ClientOutput,
  type EndpointShape,
  type Handler,
  type HandlerRequest,
  type JsonResponse,
  type StreamItem,
  type StreamResponse,
} from "./contract/endpoint.ts";
export { endpointNames, endpoints, type EndpointName, type Endpoints, type Handlers } from "./contract/endpoints.ts";
export { errorBodySchema, type ErrorBody, type StreamError } from "./schemas/common.ts";
export type { Chaincode, Evaluated, Submitted } from "./schemas/chaincodes.ts";
export type { ExportedFile, Network, NetworkDetail, Node, Proof } from "./schemas/networks.ts";
export type { HeddleEvent, Operation, OperationDetail, Step } from "./schemas/operations.ts";
export type { Account, AuditEntry, Session } from "./schemas/accounts.ts";
export type { Connect, ContractMetadata, Definition, Estimate, RuntimeChoice, Scenario } from "./schemas/development.ts";
export type {
  Block,
  Channel,
  ConfigChange,
  ConfigNode,
  KeyChange,
  SearchHit,
  StateEntry,
  Transaction,
  TransactionDetail,
} from "./schemas/explorer.ts";
export type { Backup } from "./schemas/backups.ts";
export type { Certificate, CertificateCalendar, Consequence } from "./schemas/certificates.ts";
export type { ImportBody, ImportView } from "./schemas/imports.ts";
export type { Identity } from "./schemas/identities.ts";
export type { Metrics } from "./schemas/metrics.ts";
export { permissions, permissionsOf, roles, type Permission, type Role } from "./roles.ts";
