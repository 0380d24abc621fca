// The orderer's administration port: channel participation, as osnadmin calls it.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import path from "node:path";
import type { Outcome } from "../outcome.ts";
import { step } from "../step.ts";
import type { World } from "../world.ts";
import { CHANNEL } from "../network.ts";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: Uint8Array;
}

function send(world: World, { method, path: target, type, body }: Call, withCertificate: boolean): Promise<Outcome> {
  const { network } = world;
  const { folder } = network.environment("Orderer");
  const file = (name: string): string => readFileSync(path.join(folder, "orderer", name), "utf8");
  const [host = "", port = ""] = network.orderer.admin.split(":");
  const identity = withCertificate ? { cert: file("client.crt"), key: file("client.key") } : {};
  return new Promise((resolve, reject) => {
    const headers = {
      ...(type === undefined ? {} : { "content-type": type }),
      ...(body === undefined ? {} : { "content-length": body.length }),
    };
    const call = request({ host, port, method, path: target, ca: file("ca.crt"), ...identity, agent: false, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const { "content-type": kind = "", allow, location } = response.headers;
        const bytes = Buffer.concat(chunks);
        const text = kind === "application/octet-stream" ? "a block" : inOrder(bytes.toString("utf8"));
        // Heights are counted from where the scenario began.
        const counted = text.replaceAll(/"height":(\d+)/g, (_all, height: string) => `"height":"${world.relative(Number(height) - 1)}"`);
        resolve({
          verdict: String(response.statusCode),
          text: network.plain(counted),
          lines: [
            ...(kind === "" ? [] : [`content-type ${kind}`]),
            ...(allow === undefined ? [] : [`allow ${allow}`]),
            ...(location === undefined ? [] : [`location ${location}`]),
          ],
        });
      });
    });
    call.on("error", (error) => {
      if (withCertificate) reject(error);
      else resolve({ verdict: "no connection" });
    });
    call.end(body);
  });
}

/** A list of channels in one order: an orderer has none. */
function inOrder(text: string): string {
  if (!text.startsWith('{"systemChannel"')) return text;
  const { channels, ...rest } = JSON.parse(text) as { channels: { name: string }[] | null };
  return JSON.stringify({ ...rest, channels: channels?.toSorted((a, b) => (a.name < b.name ? -1 : 1)) ?? null });
}

function form(name: string, content: Uint8Array): Pick<Call, "type" | "body"> {
  const head = `--b\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return { type: "multipart/form-data; boundary=b", body: Buffer.concat([Buffer.from(head), content, Buffer.from("\r\n--b--\r\n")]) };
}

/** What may be sent along, as a scenario says it. */
const BODIES: Readonly<Record<string, (world: World) => Promise<Pick<Call, "type" | "body">> | Pick<Call, "type" | "body">>> = {
  "the channel's first block": async ({ network }) => {
    const admin = network.people.find("Org1's administrator").identity;
    return form("config-block", await network.peer("peer0.org1.example.com").block(CHANNEL, 0, admin));
  },
  "what is no block": () => form("config-block", Buffer.from("block")),
  "an empty block": () => form("config-block", new Uint8Array()),
  "what is no configuration update": () => form("config-update-envelope", Buffer.from("envelope")),
  "a form without a block": () => form("other", Buffer.from("block")),
  JSON: () => ({ type: "application/json", body: Buffer.from("{}") }),
};

export const administrationSteps = [
  step(
    `the orderer's administration port is asked (?<method>GET|POST|PUT|DELETE|PATCH) (?<path>/\\S*?)(?: with (?<body>${Object.keys(BODIES).join("|")}))?(?<nobody>, without a certificate)?`,
    async (world, given) => {
      const body = await BODIES[given.maybe("body") ?? ""]?.(world);
      const call = { method: given.part("method"), path: given.part("path"), ...body };
      world.observe(await send(world, call, given.maybe("nobody") === undefined));
    },
  ),
];
