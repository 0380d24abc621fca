import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Metadata, type status } from "@grpc/grpc-js";
import { gateway } from "@heddle/fabric/wire";
import { describeUnknown } from "../front/limits.ts";
import { clipText, STATUS_TEXT_BYTES } from "../front/status-text.ts";

/** What one node behind the gateway said. */
export interface NodeFailure {
  readonly address: string;
  readonly mspId: string;
  readonly message: string;
}

/** An error of the gateway: status code, text and the nodes it is about (Fabric: internal/pkg/gateway/apiutils.go). */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: status;
  readonly failures: readonly NodeFailure[];

  constructor(code: status, message: string, failures: readonly NodeFailure[] = []) {
    super(message);
    this.code = code;
    this.failures = failures;
  }
}

/** The error as gRPC sends it, the nodes in the trailer `grpc-status-details-bin`. */
export function describeGatewayError(error: unknown): { code: status; details: string; metadata?: Metadata } {
  if (!(error instanceof GatewayError)) return describeUnknown(error);
  const details = clipText(error.message);
  if (error.failures.length === 0) return { code: error.code, details };
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(statusMessage(error, details)));
  return { code: error.code, details, metadata };
}

/** google.rpc.Status { code = 1, message = 2, details = 3: google.protobuf.Any { type_url = 1, value = 2 } } */
function statusMessage(error: GatewayError, details: string): Uint8Array {
  const share = Math.floor(STATUS_TEXT_BYTES / error.failures.length);
  const writer = new BinaryWriter();
  writer.tag(1, 0).int32(error.code);
  writer.tag(2, 2).string(details);
  for (const failure of error.failures) {
    const detail = create(gateway.ErrorDetailSchema, { ...failure, message: clipText(failure.message, share) });
    const value = toBinary(gateway.ErrorDetailSchema, detail);
    const any = new BinaryWriter().tag(1, 2).string("type.googleapis.com/gateway.ErrorDetail").tag(2, 2).bytes(value).finish();
    writer.tag(3, 2).bytes(any);
  }
  return writer.finish();
}
