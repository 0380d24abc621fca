import { beforeAll, describe, expect, it } from "vitest";
import type { OrganizationMaterial } from "@heddle/fabric";
import { readSource } from "../../src/import/read-source.ts";
import { given, organization } from "./support.ts";

let one: OrganizationMaterial;
let orderers: OrganizationMaterial;

beforeAll(async () => {
  [one, orderers] = await Promise.all([organization(1), organization(9)]);
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function identity(id: string, mspId: string, material: OrganizationMaterial): Record<string, unknown> {
  const { certificate, privateKey } = given(material, "Admin");
  return { id, display_name: id, type: "identity", cert: base64(certificate), private_key: base64(privateKey), msp_id: mspId };
}

/** What a microfab of one organisation answers, seen through a port that its names do not lead to. */
function components(): unknown[] {
  const host = (part: string): Record<string, string> => ({ "grpc.default_authority": `${part}.127-0-0-1.nip.io:8080` });
  return [
    identity("org1admin", "Org1MSP", one),
    identity("org1caadmin", "Org1MSP", one),
    identity("ordereradmin", "OrdererMSP", orderers),
    {
      id: "org1peer",
      type: "fabric-peer",
      api_url: "grpc://localhost:8080",
      api_options: host("org1peer-api"),
      operations_url: "http://localhost:8080",
      operations_options: host("org1peer-operations"),
      msp_id: "Org1MSP",
      identity: "org1admin",
    },
    { id: "orderer", type: "fabric-orderer", api_url: "grpc://localhost:8080", api_options: host("orderer-api"), msp_id: "OrdererMSP" },
    { id: "org1ca", type: "fabric-ca", api_url: "http://localhost:8080", msp_id: "Org1MSP" },
    { id: "org1gateway", type: "gateway" },
  ];
}

describe("microfab's components", () => {
  it("are peers and orderers behind one port, told apart by the name they are asked for, and their administrators", () => {
    const source = readSource({ kind: "microfab", components: JSON.stringify(components()) });
    expect(source.nodes.map(({ kind, name, mspId, host, port, reach }) => [kind, name, mspId, `${host}:${port}`, reach])).toEqual([
      [
        "peer",
        "org1peer-api.127-0-0-1.nip.io",
        "Org1MSP",
        "localhost:8080",
        {
          plaintext: true,
          authority: "org1peer-api.127-0-0-1.nip.io:8080",
          operations: { url: "http://localhost:8080", authority: "org1peer-operations.127-0-0-1.nip.io:8080" },
        },
      ],
      [
        "orderer",
        "orderer-api.127-0-0-1.nip.io",
        "OrdererMSP",
        "localhost:8080",
        { plaintext: true, authority: "orderer-api.127-0-0-1.nip.io:8080" },
      ],
    ]);
    expect(source.identities.map(({ mspId, name, certificatePem }) => [mspId, name, certificatePem])).toEqual([
      ["Org1MSP", "org1admin", given(one, "Admin").certificate],
      ["OrdererMSP", "ordereradmin", given(orderers, "Admin").certificate],
    ]);
  });

  it.each([
    ["text that is not JSON", '[{"private_key": "c2VjcmV0"'],
    ["no list", "{}"],
    ["no peer", "[]"],
    ["a peer without address", '[{"id":"p","type":"fabric-peer","msp_id":"A"}]'],
  ])("are refused: %s", (_what, text) => {
    expect(() => readSource({ kind: "microfab", components: text })).toThrow(
      expect.objectContaining({ code: "OPERATION_IMPORT_UNREADABLE", message: expect.not.stringContaining("c2VjcmV0") as string }) as Error,
    );
  });
});
