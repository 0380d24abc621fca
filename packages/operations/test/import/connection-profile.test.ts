import { beforeAll, describe, expect, it } from "vitest";
import type { OrganizationMaterial } from "@heddle/fabric";
import { readSource } from "../../src/import/read-source.ts";
import { given, organization } from "./support.ts";

let one: OrganizationMaterial;
let two: OrganizationMaterial;

beforeAll(async () => {
  [one, two] = await Promise.all([organization(1), organization(2)]);
});

/** A profile of two organisations in YAML, as a person may have written it. */
function profile(client = "  organization: Buyer\n"): string {
  const root = (material: OrganizationMaterial) =>
    material.tlsCa.certificatePem
      .trimEnd()
      .split("\n")
      .map((line) => `          ${line}`)
      .join("\n");
  return `name: two
version: 1.0.0
client:
${client}organizations:
  Buyer:
    mspid: Org1MSP
    peers: [peer0.org1.example.com]
  Seller:
    mspid: Org2MSP
    peers: [seller-peer]
orderers:
  orderer.example.com:
    url: grpcs://10.0.0.7:7050
    grpcOptions:
      ssl-target-name-override: orderer.example.com
peers:
  peer0.org1.example.com:
    url: grpcs://peer0.org1.example.com:7051
    tlsCACerts:
      pem: |
${root(one)}
  seller-peer:
    url: grpcs://192.168.1.9:9051
    tlsCACerts:
      pem:
        - |
${root(two)}
    grpcOptions:
      hostnameOverride: peer0.org2.example.com
`;
}

const codeOf = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("a connection profile", () => {
  it("says where peers and orderers are, by which names, and whose they are", () => {
    const source = readSource({ kind: "profile", profile: profile(), identities: [given(one, "Admin")] });
    expect(source.nodes.map(({ kind, name, mspId, host, port, reach }) => [kind, name, mspId, host, port, reach.tlsName])).toEqual([
      ["peer", "peer0.org1.example.com", "Org1MSP", "peer0.org1.example.com", 7051, "peer0.org1.example.com"],
      ["peer", "seller-peer", "Org2MSP", "192.168.1.9", 9051, "peer0.org2.example.com"],
      ["orderer", "orderer.example.com", undefined, "10.0.0.7", 7050, "orderer.example.com"],
    ]);
    expect(source.organizations.map(({ mspId, tlsAuthorities }) => [mspId, tlsAuthorities])).toEqual([
      ["Org1MSP", [one.tlsCa.certificatePem]],
      ["Org2MSP", [two.tlsCa.certificatePem]],
    ]);
    expect(source.identities.map(({ mspId, name }) => [mspId, name])).toEqual([["Org1MSP", "Admin"]]);
  });

  it("is the same in JSON, without TLS and behind a proxy", () => {
    const json = {
      organizations: { Only: { mspid: "Org1MSP", peers: ["peer.local:8080"] } },
      peers: { "peer.local:8080": { url: "grpc://localhost:8080", grpcOptions: { "grpc.default_authority": "peer.local:8080" } } },
    };
    const { nodes } = readSource({ kind: "profile", profile: JSON.stringify(json), identities: [given(one, "User1")] });
    expect(nodes).toEqual([
      expect.objectContaining({
        name: "peer.local",
        mspId: "Org1MSP",
        port: 8080,
        reach: { plaintext: true, authority: "peer.local:8080" },
      }),
    ]);
  });

  it("lets a person say where a node answers and where its metrics are", () => {
    const changes = { addresses: { "seller-peer": "127.0.0.1:21051" }, operations: { "seller-peer": "http://127.0.0.1:9445" } };
    const { nodes } = readSource({ kind: "profile", profile: profile(), identities: [given(one, "Admin")] }, changes);
    expect(nodes[1]).toMatchObject({
      host: "127.0.0.1",
      port: 21_051,
      reach: { tlsName: "peer0.org2.example.com", operations: { url: "http://127.0.0.1:9445" } },
    });
  });

  it.each([
    ["no object", "- a\n- b\n"],
    ["no YAML", "a: [1\nb: }"],
    ["no organisation", "peers: {}\n"],
    ["no peer", "organizations: { Org1: { mspid: Org1MSP } }\n"],
    ["a peer without address", "organizations: { Org1: { mspid: Org1MSP } }\npeers: { a: { url: somewhere } }\n"],
    [
      "a TLS root that is elsewhere",
      "organizations: { Org1: { mspid: Org1MSP } }\npeers: { a: { url: 'grpcs://a:1', tlsCACerts: { path: /tmp/x.pem } } }\n",
    ],
  ])("is refused with %s", (_what, text) => {
    const read = () => readSource({ kind: "profile", profile: text, identities: [given(one, "Admin")] });
    expect(codeOf(read)).toBe("OPERATION_IMPORT_UNREADABLE");
  });

  it("is refused where nobody says of which organisation an identity is, or where it is of none", () => {
    const unsaid = () => readSource({ kind: "profile", profile: profile("  logging: {}\n"), identities: [given(one, "Admin")] });
    expect(codeOf(unsaid)).toBe("OPERATION_IMPORT_UNREADABLE");
    expect(codeOf(() => readSource({ kind: "profile", profile: profile(), identities: [] }))).toBe("OPERATION_IMPORT_UNREADABLE");
  });

  it("is refused with an identity whose parts do not fit, and without quoting them", () => {
    const key = given(two, "Admin").privateKey;
    const wrong = [
      { ...given(one, "Admin"), privateKey: key },
      { ...given(one, "Admin"), certificate: key },
      { ...given(one, "Admin"), privateKey: "no key" },
    ];
    for (const identity of wrong) {
      const read = () => readSource({ kind: "profile", profile: profile(), identities: [identity] });
      expect(codeOf(read)).toBe("OPERATION_IMPORT_IDENTITY_INVALID");
      expect(read).not.toThrow(key.slice(40, 80));
    }
  });
});
