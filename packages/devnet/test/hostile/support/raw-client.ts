import { Client, credentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import type { NodeAddress } from "@heddle/fabric";

/** How a call ended: what was answered, and with which status. */
export interface Outcome {
  readonly code: status;
  readonly details: string;
  readonly answers: readonly Buffer[];
}

const same = (bytes: Buffer): Buffer => bytes;
const MAX_BYTES = 101 * 1024 * 1024;

/** Sends any bytes as a gRPC message, and reads answers undecoded. */
export class RawClient implements Disposable {
  readonly #client: Client;

  constructor(node: NodeAddress) {
    this.#client = new Client(node.address, credentials.createSsl(Buffer.from(node.tlsRootPem)), {
      "grpc.max_receive_message_length": MAX_BYTES,
      "grpc.max_send_message_length": -1,
      "grpc.use_local_subchannel_pool": 1,
      ...(node.hostname === undefined ? {} : { "grpc.ssl_target_name_override": node.hostname }),
    });
  }

  /** One message, one answer. */
  call(path: string, message: Buffer, deadlineMs = 10_000): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(path, same, same, message, new Metadata(), { deadline: Date.now() + deadlineMs }, (error, answer) => {
        resolve(
          error === null
            ? { code: status.OK, details: "", answers: answer === undefined ? [] : [answer] }
            : { ...failureOf(error), answers: [] },
        );
      });
    });
  }

  /**
   * Sends messages on one stream and reads until its end, its deadline, or as many answers as are enough.
   * Half-closes once all are sent, unless the stream is to stay open.
   */
  stream(
    path: string,
    messages: readonly Buffer[],
    options: { deadlineMs?: number; enough?: number; open?: boolean } = {},
  ): Promise<Outcome> {
    const { deadlineMs = 10_000, enough = Number.POSITIVE_INFINITY, open = false } = options;
    return new Promise((resolve) => {
      const stream = this.#client.makeBidiStreamRequest(path, same, same, new Metadata(), { deadline: Date.now() + deadlineMs });
      const answers: Buffer[] = [];
      stream.on("data", (answer: Buffer) => {
        answers.push(answer);
        if (answers.length < enough) return;
        stream.cancel();
        resolve({ code: status.OK, details: "", answers });
      });
      stream.on("error", (error: ServiceError) => resolve({ ...failureOf(error), answers }));
      stream.on("end", () => resolve({ code: status.OK, details: "", answers }));
      for (const message of messages) stream.write(message);
      if (!open) stream.end();
    });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

function failureOf(error: ServiceError): { code: status; details: string } {
  return { code: error.code, details: error.details };
}

/** Runs jobs, a few at a time, and keeps their results in order. */
export async function inParallel<Job, Result>(
  jobs: readonly Job[],
  run: (job: Job, index: number) => Promise<Result>,
  width = 24,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...jobs.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, job] = next;
      results[index] = await run(job, index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
