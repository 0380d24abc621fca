import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { status, type ServiceError } from "@grpc/grpc-js";
import type { HeddleError, Problem } from "@heddle/network/errors";
import { fabricErrors } from "../errors.ts";
import { gateway } from "../wire.ts";

/** A gRPC failure as an error of the catalogue, with what each node behind a gateway said. */
export function describeServiceError(address: string, error: ServiceError): HeddleError {
  const args = { address, reason: error.details === "" ? (status[error.code] ?? "unknown") : error.details };
  const extras = { cause: error, problems: endpointProblems(error) };
  // A gateway answers UNAVAILABLE for nodes behind it too; then the details name them. A node that ends cancels what it was at.
  const gone = error.code === status.UNAVAILABLE || error.code === status.CANCELLED;
  if (gone && extras.problems.length === 0) return fabricErrors.create("FABRIC_UNREACHABLE", args, extras);
  if (error.code === status.DEADLINE_EXCEEDED) return fabricErrors.create("FABRIC_TIMEOUT", args, extras);
  return fabricErrors.create("FABRIC_REFUSED", args, extras);
}

/** The nodes named in the trailer `grpc-status-details-bin`: a google.rpc.Status that holds gateway.ErrorDetail messages. */
function endpointProblems(error: ServiceError): Problem[] {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (!(bytes instanceof Uint8Array)) return [];
  try {
    return anyValues(bytes).map((value) => {
      const detail = fromBinary(gateway.ErrorDetailSchema, value);
      return { path: `${detail.address} (${detail.mspId})`, message: detail.message };
    });
  } catch {
    return [];
  }
}

const STATUS_DETAILS_FIELD = 3;
const ANY_VALUE_FIELD = 2;

function anyValues(statusBytes: Uint8Array): Uint8Array[] {
  return lengthDelimited(statusBytes, STATUS_DETAILS_FIELD).flatMap((any) => lengthDelimited(any, ANY_VALUE_FIELD));
}

function lengthDelimited(bytes: Uint8Array, field: number): Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === field) found.push(reader.bytes());
    else reader.skip(wireType, number);
  }
  return found;
}
