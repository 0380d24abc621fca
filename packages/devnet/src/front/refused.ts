import { status, type sendUnaryData, type ServiceDefinition, type ServerUnaryCall } from "@grpc/grpc-js";
import { devnetErrors } from "../errors.ts";
import type { Service } from "./listener.ts";

/** Services of a peer that clients ask for and this version does not have, and their methods. */
const REFUSED = [
  { service: "discovery.Discovery", methods: ["Discover"], code: "DEVNET_DISCOVERY_NOT_SUPPORTED" },
  { service: "protos.Snapshot", methods: ["Generate", "Cancel", "QueryPendings"], code: "DEVNET_SNAPSHOTS_NOT_SUPPORTED" },
] as const;

const asIs = (bytes: Buffer): Buffer => bytes;

/** Those services, refused with UNIMPLEMENTED and a text that says what to do instead; gRPC's own would name the method only. */
export function refusedServices(): Service[] {
  return REFUSED.map(({ service, methods, code }) => {
    const { message, next } = devnetErrors.create(code, {});
    const definition: ServiceDefinition = Object.fromEntries(
      methods.map((name) => [
        name,
        {
          path: `/${service}/${name}`,
          requestStream: false,
          responseStream: false,
          requestSerialize: asIs,
          requestDeserialize: asIs,
          responseSerialize: asIs,
          responseDeserialize: asIs,
        },
      ]),
    );
    const refuse = (_call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void =>
      callback({ code: status.UNIMPLEMENTED, details: `${message} ${next}` });
    return { definition, handlers: Object.fromEntries(methods.map((name) => [name, refuse])) };
  });
}
