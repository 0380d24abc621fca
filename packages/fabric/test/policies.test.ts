import { create, toBinary } from "@bufbuild/protobuf";
import { isHeddleError } from "@heddle/network";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  buildMspConfig,
  configPolicyCombinations,
  createSignaturePolicy,
  Msp,
  MspManager,
  parseSignaturePolicy,
  PolicyError,
  PolicyManager,
  serializeIdentity,
  signatureCombinations,
  createLocalSigner,
  type OrganizationCombination,
  type SignedData,
} from "../src/index.ts";
import { configGroup, metaPolicy, policyFromText, signaturePolicy } from "../src/config/groups.ts";
import { implicitThreshold } from "../src/policy/manager.ts";
import { common, msp } from "../src/wire.ts";
import { makeCertificate, type MadeCertificate } from "./support/certificates.ts";

const ORGANIZATIONS = 4;
const roots: MadeCertificate[] = [];
let manager: MspManager;

beforeAll(() => {
  for (let number = 1; number <= ORGANIZATIONS; number += 1) roots.push(makeCertificate({ commonName: `ca.org${number}`, ca: true }));
  manager = new MspManager(
    roots.map((root, index) => Msp.fromConfig(buildMspConfig({ mspId: `Org${index + 1}MSP`, rootCerts: [root.pem], tlsRootCerts: [] }))),
  );
});

const MESSAGE = Buffer.from("what was signed");

/** A member of an organisation that has signed the message. */
function signedBy(number: number, role = "peer", issuer = roots[number - 1]): SignedData & { readonly certificate: MadeCertificate } {
  const certificate = makeCertificate({ commonName: role, units: [role], ...(issuer === undefined ? {} : { issuer }) });
  const signature = createLocalSigner(certificate.keys.privateKey).signSync(MESSAGE);
  return { data: MESSAGE, identity: serializeIdentity(`Org${number}MSP`, certificate.pem), signature, certificate };
}

const signature = (text: string) => createSignaturePolicy(parseSignaturePolicy(text), manager);

describe("a signature policy", () => {
  it("consumes an identity at the first place it fits, so that the order of endorsements decides", () => {
    const policy = signature("OutOf(2, 'Org1MSP.member', 'Org1MSP.peer')");
    const [client, peer] = [signedBy(1, "client"), signedBy(1, "peer")];
    expect(() => policy.evaluate([client, peer])).not.toThrow();
    expect(() => policy.evaluate([peer, client])).toThrow(PolicyError);
  });

  it("counts an identity once, however often it signs and however its certificate is written", () => {
    const policy = signature("OutOf(2, 'Org1MSP.peer', 'Org1MSP.peer')");
    const one = signedBy(1);
    const again = { ...one, identity: serializeIdentity("Org1MSP", `text before\n${one.certificate.pem}`) };
    expect(() => policy.evaluate([one, one])).toThrow("signature set did not satisfy policy");
    expect(() => policy.evaluate([one, again])).toThrow("signature set did not satisfy policy");
    expect(() => policy.evaluate([one, signedBy(1)])).not.toThrow();
  });

  it("takes no notice of wrong signatures, strangers and what is no identity", () => {
    const policy = signature("OR('Org1MSP.peer')");
    const good = signedBy(1);
    const wrong = { ...good, signature: Buffer.from("wrong") };
    const stranger = signedBy(1, "peer", makeCertificate({ commonName: "ca.org1", ca: true }));
    const noMsp = { ...good, identity: serializeIdentity("Org9MSP", good.certificate.pem) };
    const noise = { ...good, identity: Buffer.from([0xff, 0xff]) };
    expect(() => policy.evaluate([wrong, stranger, noMsp, noise])).toThrow(PolicyError);
    expect(() => policy.evaluate([noise, noMsp, stranger, wrong, good])).not.toThrow();
    // A wrong signature does not spoil the right one of the same identity.
    expect(() => policy.evaluate([wrong, good])).not.toThrow();
  });

  it("is satisfied by everybody when it asks for nobody", () => {
    expect(() => signature("OutOf(0, 'Org1MSP.peer')").evaluate([])).not.toThrow();
    expect(() => signature("OR('Org1MSP.peer')").evaluate([])).toThrow(PolicyError);
  });

  it("does not compile when it is broken", () => {
    const rule = (value: number) => create(common.SignaturePolicySchema, { Type: { case: "signedBy", value } });
    const compile = (init: Parameters<typeof create<typeof common.SignaturePolicyEnvelopeSchema>>[1]) => () =>
      createSignaturePolicy(create(common.SignaturePolicyEnvelopeSchema, init), manager);
    expect(compile({ rule: rule(0) })).toThrow("identity index out of range, requested 0, but identities length is 0");
    expect(compile({ rule: rule(-1) })).toThrow(PolicyError);
    expect(compile({ version: 1, rule: rule(0) })).toThrow("only understands messages of version 0");
    expect(compile({})).toThrow("mpty policy element");
    expect(compile({ rule: create(common.SignaturePolicySchema) })).toThrow(PolicyError);
    let nested = rule(0);
    for (let depth = 0; depth < 200; depth += 1)
      nested = create(common.SignaturePolicySchema, { Type: { case: "nOutOf", value: { n: 1, rules: [nested] } } });
    expect(compile({ rule: nested })).toThrow("nested too deep");
  });
});

describe("the text of a policy", () => {
  it("takes gates in any letter case", () => {
    const envelope = parseSignaturePolicy("AND('A.peer', OR('B.member'))");
    for (const text of ["and('A.peer', or('B.member'))", "And('A.peer',oR('B.member'))", '\tAND ("A.peer"\n, OUTOF(1, "B.member") )'])
      expect(parseSignaturePolicy(text)).toEqual(envelope);
  });

  it.each([
    ["", 0],
    ["NOT('A.peer')", 0],
    ["AND('A.peer'", 12],
    ["AND('A.peer') x", 14],
    ["AND('A.peer', 'B.boss')", 14],
    ["AND('A.peer', 'B.peer)", 14],
    ["OutOf(3, 'A.peer')", 18],
    ["OutOf('A.peer', 1)", 6],
    ["AND()", 4],
  ])("says where %j is wrong", (text, position) => {
    expect(() => parseSignaturePolicy(text)).toThrow(
      expect.objectContaining({
        code: "FABRIC_POLICY_INVALID",
        message: expect.stringContaining(`at character ${position}:`) as string,
      }) as Error,
    );
  });

  it("never does anything but parse or refuse", () => {
    const piece = fc.constantFrom("AND", "OR", "OutOf", "(", ")", ",", "'A.peer'", '"B.member"', "2", " ", "'", "x", "\n", "99999999");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          createSignaturePolicy(parseSignaturePolicy(pieces.join("")), manager);
        } catch (error) {
          if (!isHeddleError(error, "FABRIC_POLICY_INVALID")) throw error;
        }
      }),
    );
    expect(() => parseSignaturePolicy("AND(".repeat(10_000))).toThrow(expect.objectContaining({ code: "FABRIC_POLICY_INVALID" }) as Error);
  });

  it("is a meta policy when it is a rule over a policy's name", () => {
    expect(policyFromText("MAJORITY Endorsement")).toEqual(metaPolicy("MAJORITY", "Endorsement"));
    expect(policyFromText("  ANY   Readers ")).toEqual(metaPolicy("ANY", "Readers"));
    expect(policyFromText("OR('A.peer')")).toEqual(signaturePolicy("OR('A.peer')"));
    expect(() => policyFromText("MOST Endorsement")).toThrow(expect.objectContaining({ code: "FABRIC_POLICY_INVALID" }) as Error);
  });
});

/** A channel group with organisations whose Endorsement policies ask for one of their peers. */
function channel(application: Record<string, common.ConfigPolicy>, organizations = [1, 2, 3, 4]): common.ConfigGroup {
  const organization = (number: number) =>
    configGroup({
      policies: { Endorsement: signaturePolicy(`OR('Org${number}MSP.peer')`), Readers: signaturePolicy(`OR('Org${number}MSP.member')`) },
    });
  return configGroup({
    groups: {
      Application: configGroup({
        groups: Object.fromEntries(organizations.map((number) => [`Org${number}`, organization(number)])),
        policies: application,
      }),
    },
    policies: { Readers: metaPolicy("ANY", "Readers") },
  });
}

describe("an implicit meta policy", () => {
  it("asks for one, for more than half, or for all", () => {
    const thresholds = (rule: common.ImplicitMetaPolicy_Rule) => [0, 1, 2, 3, 4, 5].map((count) => implicitThreshold(rule, count));
    expect(thresholds(common.ImplicitMetaPolicy_Rule.ANY)).toEqual([0, 1, 1, 1, 1, 1]);
    expect(thresholds(common.ImplicitMetaPolicy_Rule.MAJORITY)).toEqual([0, 1, 2, 2, 3, 3]);
    expect(thresholds(common.ImplicitMetaPolicy_Rule.ALL)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([
    ["ANY", 1],
    ["MAJORITY", 3],
    ["ALL", 4],
  ] as const)("of %s of four organisations is satisfied by %i of them", (rule, needed) => {
    const policies = PolicyManager.fromChannelGroup(channel({ Endorsement: metaPolicy(rule, "Endorsement") }), manager);
    const policy = policies.get("/Channel/Application/Endorsement");
    for (let count = 0; count <= ORGANIZATIONS; count += 1) {
      const signatures = Array.from({ length: count }, (_, index) => signedBy(index + 1));
      const outcome =
        count >= needed
          ? "satisfied"
          : `${count} sub-policies were satisfied, but this policy requires ${needed} of the 'Endorsement' sub-policies`;
      expect(evaluated(() => policy.evaluate(signatures))).toContain(outcome);
    }
  });

  it("is satisfied when there is nothing to ask", () => {
    const policies = PolicyManager.fromChannelGroup(channel({ Endorsement: metaPolicy("ALL", "Endorsement") }, []), manager);
    expect(() => policies.get("/Channel/Application/Endorsement").evaluate([])).not.toThrow();
  });

  it("counts groups that lack the policy, and never as satisfied", () => {
    const root = channel({ Endorsement: metaPolicy("ALL", "Endorsement") }, [1, 2]);
    delete root.groups["Application"]?.groups["Org2"]?.policies["Endorsement"];
    const policy = PolicyManager.fromChannelGroup(root, manager).get("/Channel/Application/Endorsement");
    expect(() => policy.evaluate([signedBy(1), signedBy(2)])).toThrow("requires 2 of the 'Endorsement'");
  });

  it("is found by its path, at any level; an unknown one refuses everybody", () => {
    const policies = PolicyManager.fromChannelGroup(channel({ Readers: metaPolicy("ANY", "Readers") }, [1]), manager);
    expect(policies.paths().toSorted()).toEqual([
      "/Channel/Application/Org1/Endorsement",
      "/Channel/Application/Org1/Readers",
      "/Channel/Application/Readers",
      "/Channel/Readers",
    ]);
    expect(() => policies.get("/Channel/Readers").evaluate([signedBy(1, "client")])).not.toThrow();
    expect(policies.has("/Channel/Writers")).toBe(false);
    expect(() => policies.get("/Channel/Writers").evaluate([signedBy(1)])).toThrow("no such policy: '/Channel/Writers'");
    expect(policies.get("constructor").evaluateIdentities([])).toBe(false);
  });
});

function evaluated(evaluate: () => void): string {
  try {
    evaluate();
    return "satisfied";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

const counts = (combination: OrganizationCombination): string =>
  [...combination]
    .map(([mspId, count]) => `${mspId}:${count}`)
    .toSorted()
    .join(" ");

describe("combinations of organisations", () => {
  it("are the smallest that satisfy a signature policy", () => {
    const of = (text: string) => signatureCombinations(parseSignaturePolicy(text)).map(counts).toSorted();
    expect(of("AND('A.peer', OR('B.peer', 'C.member'))")).toEqual(["A:1 B:1", "A:1 C:1"]);
    expect(of("OutOf(2, 'A.peer', 'A.peer', 'B.peer')")).toEqual(["A:1 B:1", "A:2"]);
    expect(of("OR('A.peer', AND('A.peer', 'B.peer'))")).toEqual(["A:1"]);
    expect(of("OutOf(0, 'A.peer')")).toEqual([""]);
    expect(of("OutOf(2, 'A.peer')")).toEqual([]);
    // No peer is a client or an administrator.
    expect(of("AND('A.peer', 'B.client')")).toEqual([]);
    expect(of("OR('A.admin', 'B.peer')")).toEqual(["B:1"]);
  });

  it("are those of a meta policy's members", () => {
    const root = channel({ Endorsement: metaPolicy("MAJORITY", "Endorsement") }, [1, 2, 3]);
    expect(configPolicyCombinations(root, "/Channel/Application/Endorsement").map(counts).toSorted()).toEqual([
      "Org1MSP:1 Org2MSP:1",
      "Org1MSP:1 Org3MSP:1",
      "Org2MSP:1 Org3MSP:1",
    ]);
    expect(configPolicyCombinations(root, "/Channel/Application/Nothing")).toEqual([]);
    expect(configPolicyCombinations(root, "/Channel/Nowhere/Endorsement")).toEqual([]);
  });

  it("satisfy the policy when peers endorse, and nothing less does", () => {
    const peers = new Map([1, 2, 3, 4].map((number) => [`Org${number}MSP`, manager.deserialize(signedBy(number).identity)]));
    // Each organisation once: a policy that names one twice may use up more peers than it needs (Fabric's greedy evaluation).
    const text = fc
      .shuffledSubarray(["'Org1MSP.peer'", "'Org2MSP.member'", "'Org3MSP.peer'", "'Org4MSP.peer'"], { minLength: 2 })
      .chain((names) =>
        fc
          .tuple(fc.integer({ min: 1, max: names.length - 1 }), fc.constantFrom("AND", "OR"), fc.constantFrom("AND", "OR"))
          .map(([cut, outer, inner]) => {
            const rest = names.slice(cut).join(", ");
            return `${outer}(${names.slice(0, cut).join(", ")}, ${inner}(${rest}))`;
          }),
      );
    fc.assert(
      fc.property(text, (policy) => {
        const evaluator = signature(policy);
        const satisfied = (mspIds: readonly string[]): boolean =>
          evaluator.evaluateIdentities(mspIds.flatMap((mspId) => peers.get(mspId) ?? []));
        const combinations = signatureCombinations(parseSignaturePolicy(policy));
        expect(combinations.length).toBeGreaterThan(0);
        for (const combination of combinations) {
          const mspIds = [...combination.keys()];
          expect(satisfied(mspIds)).toBe(true);
          for (const left of mspIds) expect(satisfied(mspIds.filter((mspId) => mspId !== left))).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("of twenty organisations are planned for, though there are more than anybody could try", () => {
    const majority = `OutOf(11, ${Array.from({ length: 20 }, (_, index) => `'Org${index}MSP.peer'`).join(", ")})`;
    const combinations = signatureCombinations(parseSignaturePolicy(majority));
    expect(combinations.length).toBeGreaterThan(100);
    expect(combinations.length).toBeLessThanOrEqual(1000);
    for (const combination of combinations) expect(combination.size).toBe(11);
  });

  it("of a policy made to explode stay few", () => {
    const pairs = Array.from({ length: 24 }, (_, index) => `OR('A${index}.peer', 'B${index}.peer', 'C${index}.peer')`);
    expect(signatureCombinations(parseSignaturePolicy(`AND(${pairs.join(", ")})`)).length).toBeLessThanOrEqual(1000);
  });
});

describe("a principal", () => {
  it("that cannot be read is nobody's", () => {
    const identity = manager.deserialize(signedBy(1).identity);
    for (const principalClassification of [0, 1, 2, 3, 4, 9])
      expect(identity.satisfies(create(msp.MSPPrincipalSchema, { principalClassification, principal: Buffer.from([0xff]) }))).toBe(false);
    let nested = create(msp.MSPPrincipalSchema, { principalClassification: msp.MSPPrincipal_Classification.ANONYMITY });
    for (let depth = 0; depth < 60; depth += 1)
      nested = create(msp.MSPPrincipalSchema, {
        principalClassification: msp.MSPPrincipal_Classification.COMBINED,
        principal: toBinary(msp.CombinedPrincipalSchema, create(msp.CombinedPrincipalSchema, { principals: [nested] })),
      });
    expect(identity.satisfies(nested)).toBe(false);
  });
});
