import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { buildMspConfig, Msp, MspManager, organizationMsp, organizationTree, serializeIdentity, writeTree } from "../src/index.ts";
import { msp } from "../src/wire.ts";
import { parseDerCertificate } from "../src/x509/parsed.ts";
import { readPem } from "../src/x509/pem.ts";
import { createOrganizations, identityOf } from "./support/channel.ts";
import { findTool, inFolder, runTool, withoutTools } from "./support/tools.ts";

const cryptogen = findTool("cryptogen");
const { one, orderer } = await createOrganizations();

/** Paths of all files below a folder, sorted. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

describe("the material of an organisation", () => {
  it("vouches for its members in the roles they have", () => {
    const manager = new MspManager([Msp.fromConfig(organizationMsp(one))]);
    const roleOf = (name: string): string[] => {
      const identity = manager.deserialize(identityOf(one, name).serialized);
      identity.validate();
      return (["ADMIN", "CLIENT", "PEER", "ORDERER"] as const).filter((role) =>
        identity.satisfies({
          $typeName: "common.MSPPrincipal",
          principalClassification: msp.MSPPrincipal_Classification.ROLE,
          principal: Buffer.concat([
            Buffer.from([0x0a, one.mspId.length]),
            Buffer.from(one.mspId),
            Buffer.from([0x10, msp.MSPRole_MSPRoleType[role]]),
          ]),
        }),
      );
    };
    expect([roleOf("Admin"), roleOf("app"), roleOf("peer0")]).toEqual([["ADMIN"], ["CLIENT"], ["PEER"]]);
  });

  it("does not vouch for its TLS certificates: they are of another root", () => {
    const manager = new MspManager([Msp.fromConfig(organizationMsp(one))]);
    const [node] = one.nodes;
    expect(() => manager.deserialize(serializeIdentity(one.mspId, node?.tls.certificatePem ?? ""))).toThrow("unknown authority");
    expect(() => manager.deserialize(serializeIdentity("Org2MSP", node?.signing.certificatePem ?? ""))).toThrow(
      "is not defined on channel",
    );
  });

  it("names its roots in the channel's MSP", () => {
    const inner = fromBinary(msp.FabricMSPConfigSchema, organizationMsp(one).config);
    expect(inner.rootCerts.map((pem) => Buffer.from(pem).toString())).toEqual([one.ca.certificatePem]);
    expect(inner.tlsRootCerts.map((pem) => Buffer.from(pem).toString())).toEqual([one.tlsCa.certificatePem]);
    expect(inner.fabricNodeOus?.adminOuIdentifier?.organizationalUnitIdentifier).toBe("admin");
  });
});

describe("a tree of files", () => {
  it("keeps keys to their owner, also where a file stood before", () =>
    inFolder(async (folder) => {
      const tree = organizationTree("peer", one);
      const key = tree.find((file) => file.path.endsWith("keystore/priv_sk"))?.path ?? "";
      await writeTree(folder, [{ path: key, content: "old", mode: 0o644 }]);
      await writeTree(folder, tree);
      for (const file of filesBelow(folder)) {
        const secret = file.endsWith("priv_sk") || file.endsWith(".key");
        expect([file, statSync(path.join(folder, file)).mode & 0o777]).toEqual([file, secret ? 0o600 : 0o644]);
      }
      expect(readFileSync(path.join(folder, key), "utf8")).toContain("PRIVATE KEY");
    }));

  it("never leaves its folder", () =>
    inFolder(async (folder) => {
      for (const outside of ["../elsewhere", "a/../../b", "/etc/heddle-test", "."])
        await expect(writeTree(folder, [{ path: outside, content: "", mode: 0o600 }])).rejects.toThrow(RangeError);
      expect(filesBelow(folder)).toEqual([]);
    }));
});

describe.skipIf(cryptogen === undefined)(`cryptogen${withoutTools(cryptogen)}`, () => {
  const generate = (folder: string): string => {
    const sans = "SANS: [localhost, 127.0.0.1]";
    writeFileSync(
      path.join(folder, "crypto.yaml"),
      [
        `PeerOrgs: [{Name: Org1, Domain: org1.example.com, EnableNodeOUs: true, Template: {Count: 1, ${sans}}, Users: {Count: 1}}]`,
        `OrdererOrgs: [{Name: Orderer, Domain: example.com, EnableNodeOUs: true, Specs: [{Hostname: orderer0, ${sans}}]}]`,
      ].join("\n"),
    );
    runTool(cryptogen, ["generate", "--config", path.join(folder, "crypto.yaml"), "--output", path.join(folder, "real")]);
    return path.join(folder, "real");
  };

  it("lays files out as we do", () =>
    inFolder((folder) => {
      const real = filesBelow(generate(folder)).map((file) => file.replaceAll("User1@", "app@"));
      const ours = [...organizationTree("peer", one), ...organizationTree("orderer", orderer)].map((file) => file.path).toSorted();
      expect(ours).toEqual(real);
      const config = "peerOrganizations/org1.example.com/msp/config.yaml";
      const words = (text: string): string => text.replaceAll(/\s+/g, " ");
      const made = organizationTree("peer", one).find((file) => file.path === config)?.content ?? "";
      expect(words(made)).toBe(words(readFileSync(path.join(folder, "real", config), "utf8")));
    }));

  it("makes certificates with the same parts", () =>
    inFolder((folder) => {
      generate(folder);
      // cryptogen gives leaves no subject key identifier, and people's TLS certificates their name as host.
      const left = new Set(["2.5.29.14 false", "2.5.29.17 false"]);
      const parts = (pem: string, node: boolean) => {
        const { extensions, keyUsage, extendedKeyUsages, basicConstraints, organizationalUnits, signatureAlgorithm } = parseDerCertificate(
          readPem(pem, "CERTIFICATE"),
        );
        const kinds = [...extensions].map(([oid, { critical }]) => `${oid} ${critical}`);
        return {
          kinds: kinds.filter((kind) => !left.has(kind) || (node && kind === "2.5.29.17 false")).toSorted(),
          keyUsage,
          extendedKeyUsages: extendedKeyUsages.toSorted(),
          basicConstraints,
          organizationalUnits,
          signatureAlgorithm,
        };
      };
      const certificates = organizationTree("peer", one).filter((file) => /-cert\.pem$|server\.crt$|client\.crt$/.test(file.path));
      expect(certificates.length).toBeGreaterThan(10);
      for (const file of certificates) {
        const real = readFileSync(path.join(folder, "real", file.path.replaceAll("app@", "User1@")), "utf8");
        const node = !file.path.includes("/users/");
        expect([file.path, parts(file.content, node)]).toEqual([file.path, parts(real, node)]);
      }
    }));

  it("makes MSPs whose members we judge valid, in the roles of their folders", () =>
    inFolder((folder) => {
      const real = generate(folder);
      const read = (...parts: string[]): string => readFileSync(path.join(real, "peerOrganizations/org1.example.com", ...parts), "utf8");
      const manager = new MspManager([
        Msp.fromConfig(
          buildMspConfig({
            mspId: "Org1MSP",
            rootCerts: [read("ca/ca.org1.example.com-cert.pem")],
            tlsRootCerts: [read("tlsca/tlsca.org1.example.com-cert.pem")],
          }),
        ),
      ]);
      const members = ["peers/peer0.org1.example.com", "users/Admin@org1.example.com", "users/User1@org1.example.com"];
      for (const member of members) {
        const identity = manager.deserialize(
          serializeIdentity("Org1MSP", read(member, "msp/signcerts", `${path.basename(member)}-cert.pem`)),
        );
        expect(() => identity.validate()).not.toThrow();
      }
    }));
});
