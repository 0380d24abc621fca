import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  approveArgs,
  commitArgs,
  describeEndorsementPolicy,
  endorsementPolicyBytes,
  installArgs,
  parseSignaturePolicy,
  PeerClient,
  readinessArgs,
  type ChaincodeDefinitionSpec,
} from "../src/index.ts";
import { lifecycle, peer } from "../src/wire.ts";

const spec: ChaincodeDefinitionSpec = {
  name: "basic",
  version: "1.0",
  sequence: 3,
  endorsementPolicy: "AND('Org1MSP.peer', 'Org2MSP.peer')",
  initRequired: true,
};
const bytesOf = (args: ReadonlyArray<Uint8Array | string>): Uint8Array => {
  const [, message] = args;
  return typeof message === "string" || message === undefined ? Buffer.from("not bytes") : message;
};
const definition = { name: "basic", version: "1.0", sequence: 3n, initRequired: true };

describe("arguments of _lifecycle", () => {
  it("state one definition alike for approval, readiness and commit", () => {
    const approve = fromBinary(lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema, bytesOf(approveArgs(spec, "basic_1.0:abc")));
    const readiness = fromBinary(lifecycle.CheckCommitReadinessArgsSchema, bytesOf(readinessArgs(spec)));
    const commit = fromBinary(lifecycle.CommitChaincodeDefinitionArgsSchema, bytesOf(commitArgs(spec)));
    for (const args of [approve, readiness, commit]) expect(args).toMatchObject(definition);
    expect(
      new Set([approve, readiness, commit].map(({ validationParameter }) => Buffer.from(validationParameter).toString("hex"))).size,
    ).toBe(1);
    expect([approveArgs(spec, undefined)[0], readinessArgs(spec)[0], commitArgs(spec)[0], installArgs(Buffer.from("p"))[0]]).toEqual([
      "ApproveChaincodeDefinitionForMyOrg",
      "CheckCommitReadiness",
      "CommitChaincodeDefinition",
      "InstallChaincode",
    ]);
    expect(PeerClient.commitProposal("trade", spec)).toEqual({ channelId: "trade", chaincode: "_lifecycle", args: commitArgs(spec) });
  });

  it("approve with a package that runs here, or without", () => {
    const source = (installed: string | undefined) =>
      fromBinary(lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema, bytesOf(approveArgs(spec, installed))).source?.Type;
    expect(source("basic_1.0:abc")).toMatchObject({ case: "localPackage", value: { packageId: "basic_1.0:abc" } });
    expect(source(undefined)?.case).toBe("unavailable");
  });

  it("hand over the package's bytes", () => {
    expect(
      Buffer.from(
        fromBinary(lifecycle.InstallChaincodeArgsSchema, bytesOf(installArgs(Buffer.from("bytes")))).chaincodeInstallPackage,
      ).toString(),
    ).toBe("bytes");
  });
});

describe("an endorsement policy", () => {
  it("is left to the peer's default when none is stated", () => {
    expect(endorsementPolicyBytes(undefined)).toHaveLength(0);
  });

  it("is a signature policy or the path of a channel's, and can be told again", () => {
    const signature = fromBinary(peer.ApplicationPolicySchema, endorsementPolicyBytes("OR('Org1MSP.peer')"));
    expect(signature.Type).toEqual({ case: "signaturePolicy", value: parseSignaturePolicy("OR('Org1MSP.peer')") });
    const reference = fromBinary(peer.ApplicationPolicySchema, endorsementPolicyBytes("/Channel/Application/Endorsement"));
    expect(reference.Type).toEqual({ case: "channelConfigPolicyReference", value: "/Channel/Application/Endorsement" });
    for (const text of ["AND('Org1MSP.peer', 'Org2MSP.peer')", "/Channel/Application/Writers"])
      expect(describeEndorsementPolicy(endorsementPolicyBytes(text))).toBe(text);
  });

  it("is not told of bytes that are none", () => {
    const none = expect.objectContaining({ code: "FABRIC_POLICY_INVALID" }) as Error;
    expect(() => describeEndorsementPolicy(Buffer.from([0xff]))).toThrow(none);
    expect(describeEndorsementPolicy(new Uint8Array())).toBe("/Channel/Application/Endorsement");
  });

  it("is refused when it is neither", () => {
    expect(() => endorsementPolicyBytes("somebody")).toThrow(expect.objectContaining({ code: "FABRIC_POLICY_INVALID" }) as Error);
  });
});
