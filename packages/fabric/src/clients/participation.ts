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

const BOUNDARY = "heddle-channel-participation";
const TIMEOUT_MS = 30_000;

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
    const body = Buffer.concat([
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="config-block"; filename="config.block"\r\nContent-Type: application/octet-stream\r\n\r\n`,
      ),
      configBlock,
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ]);
    return this.#json(await this.#request("POST", "", body, [201])) as ParticipatingChannel;
  }

  /** Leaves a channel. */
  async remove(channelId: string): Promise<void> {
    await this.#send("DELETE", `/${encodeURIComponent(channelId)}`, 204);
  }

  #send(method: string, path: string, ...expected: readonly number[]): Promise<Answer> {
    return this.#request(method, path, undefined, expected);
  }

  async #request(method: string, path: string, body: Buffer | undefined, expected: readonly number[]): Promise<Answer> {
    const answer = await this.#exchange(method, `/participation/v1/channels${path}`, body);
    if (expected.includes(answer.status)) return answer;
    throw fabricErrors.create("FABRIC_REFUSED", { address: this.#node.address, reason: `${answer.status} ${answer.body.trim()}` });
  }

  #exchange(method: string, path: string, body: Buffer | undefined): Promise<Answer> {
    const { address, tlsRootPem, hostname, clientTls } = this.#node;
    const unreachable = (cause: Error): Error => fabricErrors.create("FABRIC_UNREACHABLE", { address, reason: cause.message }, { cause });
    return new Promise((resolve, reject) => {
      const colon = address.lastIndexOf(":");
      const call = request(
        {
          host: address.slice(0, colon),
          port: Number(address.slice(colon + 1)),
          method,
          path,
          ca: tlsRootPem,
          cert: clientTls.certificatePem,
          key: clientTls.privateKeyPem,
          agent: false,
          timeout: TIMEOUT_MS,
          ...(hostname === undefined ? {} : { servername: hostname }),
          headers: body === undefined ? {} : { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, "content-length": body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", (error) => reject(unreachable(error)));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }));
        },
      );
      call.on("timeout", () => call.destroy(new Error("no answer in time")));
      call.on("error", (error) => reject(unreachable(error)));
      call.end(body);
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
