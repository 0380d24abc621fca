// A network as microfab shows one: all nodes behind one port without TLS, told apart by the name that is asked for.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createGenesisBlock } from "@heddle/fabric";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DevelopmentServer, until } from "../development/support/server.ts";
import { put } from "../real-fabric/support/calls.ts";
import { ConsortiumClient } from "../real-fabric/support/client.ts";
import { createConsortium, first, type Consortium, type ConsortiumOrganization } from "../real-fabric/support/consortium.ts";
import { DevnetNetwork } from "../real-fabric/support/devnet-network.ts";
import { channelSpec } from "../real-fabric/support/spec.ts";
import { heddleCommand } from "./support/command.ts";
import { OnePort, type HiddenNode } from "./support/one-port.ts";
import { memberOf } from "./support/sources.ts";

const DOMAIN = "127-0-0-1.nip.io";

let folder: string;
let consortium: Consortium;
let client: ConsortiumClient;
let port: OnePort;
let heddle: DevelopmentServer;
const closing: (() => Promise<unknown>)[] = [];

/** What microfab calls a node of an organisation. */
function idOf({ material }: ConsortiumOrganization): string {
  return material.name === "Orderer" ? "orderer" : `${material.name.toLowerCase()}peer`;
}

const hostOf = (organization: ConsortiumOrganization): string => `${idOf(organization)}-api.${DOMAIN}`;

function hidden(organization: ConsortiumOrganization): HiddenNode {
  const node = first(organization.nodes);
  return {
    authority: `${hostOf(organization)}:${port.port}`,
    port: node.ports.grpc,
    tlsRootPem: organization.material.tlsCa.certificatePem,
    tlsName: node.name,
    operations: { authority: `${idOf(organization)}-operations.${DOMAIN}:${port.port}`, port: node.ports.operations },
  };
}

function components(): unknown[] {
  const all = [consortium.orderer, ...consortium.organizations];
  return all.flatMap((organization) => {
    const { certificatePem, privateKeyPem } = memberOf(organization, "Admin").signing;
    const { authority, operations } = hidden(organization);
    const url = `localhost:${port.port}`;
    return [
      {
        id: `${organization.material.name.toLowerCase()}admin`,
        type: "identity",
        cert: Buffer.from(certificatePem).toString("base64"),
        private_key: Buffer.from(privateKeyPem).toString("base64"),
        msp_id: organization.mspId,
      },
      {
        id: idOf(organization),
        type: organization === consortium.orderer ? "fabric-orderer" : "fabric-peer",
        api_url: `grpc://${url}`,
        api_options: { "grpc.default_authority": authority, "grpc.ssl_target_name_override": authority },
        operations_url: `http://${url}`,
        operations_options: { "grpc.default_authority": operations.authority },
        msp_id: organization.mspId,
      },
    ];
  });
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "heddle-microfab-"));
  consortium = await createConsortium(path.join(folder, "crypto"));
  port = await OnePort.listen();
  closing.push(() => port[Symbol.asyncDispose]());
  port.show([consortium.orderer, ...consortium.organizations].map(hidden), components());
  const spec = channelSpec(consortium);
  const at = (organization: ConsortiumOrganization) => [{ host: hostOf(organization), port: port.port }];
  const devnet = await DevnetNetwork.start(consortium);
  closing.push(() => devnet[Symbol.asyncDispose]());
  await devnet.join(
    createGenesisBlock({
      ...spec,
      orderer: { ...spec.orderer, organizations: spec.orderer.organizations.map((one) => ({ ...one, endpoints: at(consortium.orderer) })) },
      application: {
        organizations: spec.application.organizations.map((one, index) => ({
          ...one,
          anchorPeers: at(consortium.organizations[index === 0 ? 0 : 1]),
        })),
      },
    }),
  );
  client = new ConsortiumClient(consortium);
  closing.push(() => client.stop());
  await client.define({ name: "ledger", version: "1", sequence: 1 }, await client.install("ledger_1"));
  heddle = await DevelopmentServer.start();
  closing.push(() => heddle.stop());
}, 60_000);

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

describe("A network behind one port, as microfab's", () => {
  it("is imported by its address, called, measured and proved", async () => {
    const name = "trial";
    await heddleCommand(heddle.home, "network", "import", name, "--microfab", `http://127.0.0.1:${port.port}`);
    const { nodes } = await heddle.client.listNodes({ params: { name } });
    expect(nodes.map(({ kind, state, address }) => [kind, state, address])).toEqual([
      ["peer", "running", `localhost:${port.port}`],
      ["peer", "running", `localhost:${port.port}`],
      ["orderer", "running", `localhost:${port.port}`],
    ]);
    const [fn = "", ...args] = put("size", "small");
    const params = { name, chaincode: "ledger" };
    expect((await heddle.client.submitTransaction({ params, body: { function: fn, args } })).code).toBe("VALID");
    expect((await heddle.client.evaluateTransaction({ params, body: { function: "get", args: ["size"] } })).text).toContain("small");
    await heddle.ended(await heddle.client.proveNetwork({ params: { name } }));
    await until(
      () => heddle.client.networkMetrics({ params: { name } }),
      ({ series }) => series.filter(({ metric }) => metric === "height").length === 2,
    );
    await heddle.ended(await heddle.client.deleteNetwork({ params: { name } }));
  }, 60_000);

  it("is refused snippets and exports, which speak TLS", async () => {
    const name = "plain";
    await heddleCommand(heddle.home, "network", "import", name, "--microfab", `http://127.0.0.1:${port.port}`);
    await expect(heddle.client.connect({ params: { name } })).rejects.toMatchObject({ code: "OPERATION_TLS_LACKING" });
    await expect(heddle.client.environment({ params: { name } })).rejects.toMatchObject({ code: "OPERATION_TLS_LACKING" });
    await heddle.ended(await heddle.client.deleteNetwork({ params: { name } }));
  }, 60_000);
});
