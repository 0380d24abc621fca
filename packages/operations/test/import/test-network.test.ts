import { beforeAll, describe, expect, it } from "vitest";
import { organizationTree, type OrganizationMaterial } from "@heddle/fabric";
import { readSource } from "../../src/import/read-source.ts";
import type { SourceFile } from "../../src/import/test-network.ts";
import { organization } from "./support.ts";

let one: OrganizationMaterial;
let files: readonly SourceFile[];

beforeAll(async () => {
  one = await organization(1);
  files = organizationTree("peer", one).map(({ path, content }) => ({ path: `organizations/${path}`, content }));
});

describe("a test network's folder", () => {
  it("says who its people are, and where the samples have its peers answer", () => {
    const source = readSource({ kind: "test-network", files });
    expect(source.nodes.map(({ name, mspId, host, port, reach }) => [name, mspId, `${host}:${port}`, reach])).toEqual([
      [
        "peer0.org1.example.com",
        "Org1MSP",
        "localhost:7051",
        { tlsName: "peer0.org1.example.com", operations: { url: "http://localhost:9444" } },
      ],
    ]);
    expect(source.identities.map(({ mspId, name, tls }) => [mspId, name, tls !== undefined])).toEqual([
      ["Org1MSP", "Admin", true],
      ["Org1MSP", "User1", true],
    ]);
    expect(source.organizations).toEqual([
      expect.objectContaining({
        domain: "org1.example.com",
        ca: { certificatePem: one.ca.certificatePem, privateKeyPem: one.ca.privateKeyPem },
      }),
    ]);
  });

  it("lets its connection profile say otherwise", () => {
    const profile = {
      organizations: { Org1: { mspid: "TradersMSP", peers: ["peer0.org1.example.com"] } },
      peers: { "peer0.org1.example.com": { url: "grpcs://localhost:21051", tlsCACerts: { pem: one.tlsCa.certificatePem } } },
    };
    const beside = { path: "peerOrganizations/org1.example.com/connection-org1.json", content: JSON.stringify(profile) };
    const source = readSource({ kind: "test-network", files: [...files, beside] });
    expect(source.nodes.map(({ mspId, port }) => [mspId, port])).toEqual([["TradersMSP", 21_051]]);
    expect(new Set(source.identities.map(({ mspId }) => mspId))).toEqual(new Set(["TradersMSP"]));
  });

  it("has no authority's key where Fabric CA keeps it, and no node whose port nobody knows", () => {
    const elsewhere = files
      .filter(({ path }) => !/\/(ca|tlsca)\/priv_sk$/.test(path))
      .map(({ path, content }) => ({ path: path.replaceAll("org1.example.com", "org7.example.com"), content }));
    const source = readSource({ kind: "test-network", files: elsewhere });
    expect([source.nodes, source.organizations[0]?.ca, source.organizations[0]?.mspId]).toEqual([[], undefined, "Org7MSP"]);
    const said = readSource({ kind: "test-network", files: elsewhere }, { addresses: { "peer0.org7.example.com": "localhost:17051" } });
    expect(said.nodes.map(({ name, port }) => [name, port])).toEqual([["peer0.org7.example.com", 17_051]]);
  });

  it("is refused where there is none", () => {
    const read = () => readSource({ kind: "test-network", files: [{ path: "README.md", content: "x" }] });
    expect(read).toThrow(expect.objectContaining({ code: "OPERATION_IMPORT_UNREADABLE" }) as Error);
  });
});
