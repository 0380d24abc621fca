import { renewMembers, type OrganizationMaterial } from "@heddle/fabric";
import { presetNetwork, validateNetwork, type NetworkFile, type NetworkFileInput } from "@heddle/network";
import { describe, expect, it } from "vitest";
import { certificateCalendar } from "../../src/certificates/calendar.ts";
import { consequencesOf } from "../../src/certificates/consequences.ts";
import { issuedCertificates } from "../../src/certificates/found.ts";
import { createMaterials } from "../../src/network/material.ts";

const DAY = 24 * 60 * 60 * 1000;
const now = new Date();
const none = { revoked: [], list: "" };

function fileOf(consenters: number, runtime: "embedded" | "native" = "native"): NetworkFile {
  const file = structuredClone(presetNetwork("consortium", { name: "trade" })) as NetworkFileInput;
  file.spec.runtime = runtime;
  file.spec.ordering = {
    ...file.spec.ordering,
    batch: { timeout: "200ms" },
    type: "raft",
    consenters: Array.from({ length: consenters }, (_, index) => ({ name: `orderer${index}` })),
  };
  return validateNetwork(file);
}

/** The consequences, as lines, in ten days' time, when these members' certificates end in five. */
async function linesFor(file: NetworkFile, ...names: readonly string[]): Promise<string[]> {
  const short = (material: OrganizationMaterial) => renewMembers(material, new Set(names), { notAfter: new Date(now.getTime() + 5 * DAY) });
  const materials = await Promise.all((await createMaterials(file)).map(short));
  const found = materials.flatMap((material) => issuedCertificates(material, none));
  const calendar = certificateCalendar(found, new Date(now.getTime() + 10 * DAY));
  return consequencesOf(file, calendar).map(({ code, organization, name, orderers }) =>
    [code, organization, name, ...(orderers === undefined ? [] : [`${orderers.reachable}/${orderers.needed}/${orderers.all}`])].join(" "),
  );
}

describe("the consequences of expired certificates", () => {
  it("are none while all are valid", async () => {
    expect(await linesFor(fileOf(1))).toEqual([]);
  });

  it("are that a peer is not reached and does not start again", async () => {
    expect((await linesFor(fileOf(1), "peer0.org1.example.com")).toSorted()).toEqual([
      "node-does-not-start Org1 peer0.org1.example.com",
      "node-unreachable Org1 peer0.org1.example.com",
    ]);
  });

  it("do not keep devnet's nodes from starting", async () => {
    expect(await linesFor(fileOf(1, "embedded"), "peer0.org1.example.com")).toEqual(["node-unreachable Org1 peer0.org1.example.com"]);
  });

  it("are that users are refused, and administrators at the orderers too", async () => {
    expect((await linesFor(fileOf(1), "Admin@org1.example.com", "app@org2.example.com")).toSorted()).toEqual([
      "administration-refused Org1 Admin",
      "user-refused Org1 Admin",
      "user-refused Org2 app",
    ]);
  });

  it("are that a channel stops once its orderers are too few", async () => {
    const one = await linesFor(fileOf(3), "orderer0.example.com");
    expect(one.filter((line) => line.startsWith("channel-stops"))).toEqual([]);
    const two = await linesFor(fileOf(3), "orderer0.example.com", "orderer2.example.com");
    expect(two.filter((line) => line.startsWith("channel-stops"))).toEqual(["channel-stops Orderer main 1/2/3"]);
  });

  it("are that everything below a TLS authority is refused, and nothing is issued", async () => {
    const file = fileOf(1);
    const materials = await createMaterials(file);
    const far = new Date(now.getTime() + 40 * 365 * DAY);
    const lines = consequencesOf(
      file,
      certificateCalendar(
        materials.flatMap((one) => issuedCertificates(one, none)),
        far,
      ),
    ).map(({ code, name }) => `${code} ${name}`);
    expect(lines).toContain("tls-refused tlsca.org1.example.com");
    expect(lines).toContain("nothing-issued ca.org1.example.com");
    expect(lines).toContain("channel-stops main");
  });
});
