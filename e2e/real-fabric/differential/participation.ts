import { request } from "node:https";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { buildBlock, encodeBlock, type LocalSigningIdentity } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { first } from "../support/consortium.ts";
import { outcome, plain, type Observation, type Script, type Side } from "./side.ts";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

const BASE = "/participation/v1/channels";

/** One call of an orderer's administration port, as its organisation's administrator. */
function send({ consortium }: Side, { method, path, headers, body }: Call): Promise<unknown> {
  const { orderer } = consortium;
  const { tls } = first(orderer.material.users);
  const options = {
    host: "127.0.0.1",
    port: first(orderer.nodes).ports.second,
    method,
    path,
    ca: orderer.material.tlsCa.certificatePem,
    cert: tls.certificatePem,
    key: tls.privateKeyPem,
    agent: false,
    headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(body.length) }) },
  };
  return new Promise((resolve, reject) => {
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const { "content-type": type, allow, location, "cache-control": cache } = response.headers;
        const bytes = Buffer.concat(chunks);
        const content = type === "application/octet-stream" ? bytes.length > 0 : plain(bytes.toString(), consortium);
        resolve({ status: response.statusCode, type, allow, location, cache, content });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}

function form(name: string, content: Uint8Array, more = ""): Pick<Call, "headers" | "body"> {
  const head = `--b\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return {
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n${more}--b--\r\n`)]),
  };
}

function changed(genesis: Uint8Array, change: (block: common.Block) => void): Uint8Array {
  const block = fromBinary(common.BlockSchema, genesis);
  change(block);
  return encodeBlock(block);
}

function notConfig(signer: LocalSigningIdentity): Uint8Array {
  const envelope = create(common.EnvelopeSchema, { payload: Buffer.from("payload"), signature: signer.signSync(Buffer.from("payload")) });
  return encodeBlock(buildBlock(0, new Uint8Array(), [toBinary(common.EnvelopeSchema, envelope)]));
}

async function calls(side: Side): Promise<[string, Call][]> {
  const { channelId } = side.client;
  const genesis = (await side.client.blocks(1))[0] ?? new Uint8Array();
  const join = (block: Uint8Array): Call => ({ method: "POST", path: BASE, ...form("config-block", block) });
  const update = (envelope: Uint8Array): Call => ({ method: "PUT", path: BASE, ...form("config-update-envelope", envelope) });
  const get = (path: string, headers: Record<string, string> = {}): Call => ({ method: "GET", path, headers });
  return [
    ["list", get(BASE)],
    ["one", get(`${BASE}/${channelId}`)],
    ["one that is not there", get(`${BASE}/nowhere`)],
    ["one with an impossible name", get(`${BASE}/No%20Such`)],
    ["list, wanting text", get(BASE, { accept: "text/plain" })],
    ["list, wanting JSON", get(BASE, { accept: "application/json" })],
    ["list, wanting anything", get(BASE, { accept: "text/html, */*" })],
    ["a path that is not there", get("/participation/v1/nothing")],
    ["the base", get("/participation/v1/")],
    ["the newest block", get(`${BASE}/${channelId}/blocks/newest`)],
    ["the oldest block", get(`${BASE}/${channelId}/blocks/oldest`)],
    ["the configuration block", get(`${BASE}/${channelId}/blocks/config`)],
    ["a block by number", get(`${BASE}/${channelId}/blocks/1`)],
    ["a block that is not there", get(`${BASE}/${channelId}/blocks/9999`)],
    ["a block of a negative number", get(`${BASE}/${channelId}/blocks/-1`)],
    ["a block of a channel that is not there", get(`${BASE}/nowhere/blocks/1`)],
    ["a block, by DELETE", { method: "DELETE", path: `${BASE}/${channelId}/blocks/1` }],
    ["one, by PATCH", { method: "PATCH", path: `${BASE}/${channelId}` }],
    ["list, by DELETE", { method: "DELETE", path: BASE }],
    ["join again", join(genesis)],
    ["join with what is no block", join(Buffer.from("block"))],
    ["join with an empty block", join(new Uint8Array())],
    ["join with a block that is no configuration", join(notConfig(side.client.user(1)))],
    ["join with a block whose data was changed", join(changed(genesis, ({ header }) => void header?.dataHash.fill(0)))],
    ["join with a block without metadata", join(changed(genesis, (block) => void delete block.metadata))],
    ["join without a form", { method: "POST", path: BASE, headers: { "content-type": "application/json" }, body: Buffer.from("{}") }],
    ["join without a content type", { method: "POST", path: BASE, body: Buffer.from("{}") }],
    ["join with another part", { method: "POST", path: BASE, ...form("block", genesis) }],
    [
      "join with two parts",
      { method: "POST", path: BASE, ...form("config-block", genesis, '--b\r\nContent-Disposition: form-data; name="more"\r\n\r\nx\r\n') },
    ],
    ["join with more than there may be", join(Buffer.alloc(1024 * 1024))],
    ["join with a broken form", { ...join(genesis), body: Buffer.from("--b\r\n") }],
    ["update with what is no envelope", update(Buffer.from("envelope"))],
    ["update with an empty envelope", update(new Uint8Array())],
    ["update with a block", { method: "PUT", path: BASE, ...form("config-block", genesis) }],
    ["update without a form", { method: "PUT", path: BASE, headers: { "content-type": "text/plain" }, body: Buffer.from("x") }],
    ["remove one that is not there", { method: "DELETE", path: `${BASE}/nowhere` }],
    ["remove one with an impossible name", { method: "DELETE", path: `${BASE}/No%20Such` }],
  ];
}

/** An orderer's administration port, called as nobody should. */
export const participation: Script = {
  title: "the administration port of an orderer",
  atLeast: 37,
  async run(side) {
    const observations: Observation[] = [];
    for (const [what, call] of await calls(side)) observations.push([what, await outcome(side, () => send(side, call))]);
    return observations;
  },
};
