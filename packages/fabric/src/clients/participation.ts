import { randomUUID } from "node:crypto";
import { request } from "node:https";
import { fabricErrors } from "../errors.ts";

/** An orderer's administration endpoint. */
export interface AdminAddress {
  /** `host:port` */
  readonly address: string;
  readonly tlsRootPem: string;
  readonly hostname?: string;
  /** Administration needs a TLS client certificate. */
  readonly clientTls: { readonly certificatePem: string; readonly privateKeyPem: string };
}

/** A channel as an orderer knows it. */
export interface ParticipatingChannel {
  readonly name: string;
  readonly status: string;
  readonly consensusRelation: string;
  readonly height: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const TIMEOUT_MS = 30_000;

interface Form {
  readonly contentType: string;
  readonly body: Buffer;
}

/** The only part that joining sends. Its boundary is random, so that no block can hold it. */
function blockForm(configBlock: Uint8Array): Form {
  const boundary = `heddle-${randomUUID()}`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="config-block"; filename="config.block"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), configBlock, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

/** The orderer took the connection and said nothing. */
class SilenceError extends Error {
  override readonly name = "SilenceError";
}

/** Lets an orderer join, list and leave channels (Fabric: orderer/common/channelparticipation). */
export class ParticipationClient {
  readonly #node: AdminAddress;

  constructor(node: AdminAddress) {
    this.#node = node;
  }

  /** Names of the orderer's channels. */
  async list(): Promise<string[]> {
    const { channels } = this.#json(await this.#send("GET", "", 200)) as { channels?: Array<{ name: string }> | null };
    return (channels ?? []).map(({ name }) => name);
  }

  /** One channel; undefined when the orderer has not joined it. */
  async info(channelId: string): Promise<ParticipatingChannel | undefined> {
    const answer = await this.#send("GET", `/${encodeURIComponent(channelId)}`, 200, 404);
    return answer.status === 404 ? undefined : (this.#json(answer) as ParticipatingChannel);
  }

  /** Joins the channel of a config block. Throws `FABRIC_REFUSED`, also when it has joined already. */
  async join(configBlock: Uint8Array): Promise<ParticipatingChannel> {
    return this.#json(await this.#request("POST", "", blockForm(configBlock), [201])) as ParticipatingChannel;
  }

  /** Leaves a channel. */
  async remove(channelId: string): Promise<void> {
    await this.#send("DELETE", `/${encodeURIComponent(channelId)}`, 204);
  }

  #send(method: string, path: string, ...expected: readonly number[]): Promise<Answer> {
    return this.#request(method, path, undefined, expected);
  }

  async #request(method: string, path: string, form: Form | undefined, expected: readonly number[]): Promise<Answer> {
    const answer = await this.#exchange(method, `/participation/v1/channels${path}`, form);
    if (expected.includes(answer.status)) return answer;
    throw fabricErrors.create("FABRIC_REFUSED", { address: this.#node.address, reason: `${answer.status} ${answer.body.trim()}` });
  }

  #exchange(method: string, path: string, form: Form | undefined): Promise<Answer> {
    const { address, tlsRootPem, hostname, clientTls } = this.#node;
    const failed = (cause: Error): Error =>
      fabricErrors.create(
        cause instanceof SilenceError ? "FABRIC_TIMEOUT" : "FABRIC_UNREACHABLE",
        { address, reason: cause.message },
        { cause },
      );
    return new Promise((resolve, reject) => {
      const colon = address.lastIndexOf(":");
      const call = request(
        {
          // An IPv6 address stands in brackets, which are not part of it.
          host: address.slice(0, colon).replace(/^\[(.*)\]$/, "$1"),
          port: Number(address.slice(colon + 1)),
          method,
          path,
          ca: tlsRootPem,
          cert: clientTls.certificatePem,
          key: clientTls.privateKeyPem,
          agent: false,
          timeout: TIMEOUT_MS,
          ...(hostname === undefined ? {} : { servername: hostname }),
          headers: form === undefined ? {} : { "content-type": form.contentType, "content-length": form.body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", (error) => reject(failed(error)));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }));
        },
      );
      call.on("timeout", () => call.destroy(new SilenceError(`no answer within ${TIMEOUT_MS / 1000} seconds`)));
      call.on("error", (error) => reject(failed(error)));
      call.end(form?.body);
    });
  }

  #json(answer: Answer): unknown {
    try {
      return JSON.parse(answer.body);
    } catch (cause) {
      throw fabricErrors.create("FABRIC_REFUSED", { address: this.#node.address, reason: "the answer is not JSON" }, { cause });
    }
  }
}
