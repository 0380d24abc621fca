// Makes the policy texts and evaluations that Fabric itself has judged; prints them as JSON. See ../vectors/README.md.
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { buildMspConfig, parseSignaturePolicy, serializeIdentity } from "../../src/index.ts";
import { common, msp } from "../../src/wire.ts";
import { makeCertificate } from "../support/certificates.ts";

const SEED = 20261124;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const organizations = [1, 2, 3].map((number) => {
  const mspId = `Org${number}MSP`;
  const root = makeCertificate({ commonName: `ca.org${number}.example.com`, ca: true });
  const member = (role: string) => serializeIdentity(mspId, makeCertificate({ commonName: role, units: [role], issuer: root }).pem);
  return { config: buildMspConfig({ mspId, rootCerts: [root.pem], tlsRootCerts: [] }), members: ["peer", "client", "admin"].map(member) };
});
const identities = organizations.flatMap(({ members }) => members);

const principal = fc
  .tuple(fc.constantFrom("Org1MSP", "Org2MSP", "Org3MSP"), fc.constantFrom("peer", "client", "admin", "member"))
  .map(([mspId, role]) => `'${mspId}.${role}'`);
const { policy } = fc.letrec<{ policy: string; operand: string }>((tie) => ({
  operand: fc.oneof({ maxDepth: 3, depthIdentifier: "policy" }, principal, principal, tie("policy")),
  policy: fc
    .array(tie("operand"), { minLength: 1, maxLength: 4, depthIdentifier: "policy" })
    .chain((operands) =>
      fc
        .constantFrom("AND", "OR", "OutOf")
        .chain((gate) =>
          gate === "OutOf"
            ? fc.integer({ min: 0, max: operands.length + 1 }).map((n) => `OutOf(${n}, ${operands.join(", ")})`)
            : fc.constant(`${gate}(${operands.join(", ")})`),
        ),
    ),
}));

const written = [
  "AND('Org1MSP.peer')",
  "and('Org1MSP.peer', 'Org2MSP.peer')",
  "And('Org1MSP.peer', 'Org2MSP.peer')",
  "OR('Org1MSP.member','Org1MSP.member')",
  'OR("Org1MSP.member", "Org2MSP.admin")',
  "OutOf(1, 'Org1MSP.peer', AND('Org2MSP.peer', 'Org3MSP.peer'))",
  "OutOf('2', 'Org1MSP.peer', 'Org2MSP.peer')",
  "outof(2, 'Org1MSP.peer', 'Org2MSP.peer')",
  "OUTOF(2, 'Org1MSP.peer', 'Org2MSP.peer')",
  "AND('Org1MSP.peer', OR('Org2MSP.peer', AND('Org3MSP.peer', 'Org1MSP.admin')), 'Org2MSP.client')",
  " AND ( 'Org1MSP.peer' , 'Org2MSP.peer' ) ",
  "AND('a.b-c.d.orderer')",
  "AND('Org1MSP.orderer', 'Org1MSP.admin', 'Org1MSP.client', 'Org1MSP.member')",
  "OutOf(3, 'Org1MSP.peer', 'Org2MSP.peer')",
  "OutOf(4, 'Org1MSP.peer', 'Org2MSP.peer')",
  "OutOf(0, 'Org1MSP.peer')",
  "OutOf(1)",
  "OutOf('Org1MSP.peer')",
  "OutOf(-1, 'Org1MSP.peer')",
  "AND()",
  "OR()",
  "",
  "   ",
  "'Org1MSP.peer'",
  "Org1MSP.peer",
  "XOR('Org1MSP.peer')",
  "AND('Org1MSP.peer'",
  "AND('Org1MSP.peer'))",
  "AND('Org1MSP.peer', )",
  "AND('Org1MSP.peer' 'Org2MSP.peer')",
  "AND('Org1MSP.peer') OR('Org2MSP.peer')",
  "AND('Org1MSP')",
  "AND('Org1MSP.')",
  "AND('.peer')",
  "AND('Org1MSP.reader')",
  "AND('Org1MSP.PEER')",
  "AND('Org1 MSP.peer')",
  "AND('Org1_MSP.peer')",
  "AND('Org1MSP.peer\")",
  "AND(Org1MSP.peer)",
  "AND(1, 'Org1MSP.peer')",
];

const texts = [...new Set([...written, ...fc.sample(policy, { numRuns: 150, seed: SEED })])];
const orders = fc.shuffledSubarray([...identities.keys()], { minLength: 0, maxLength: 6 });
const signedBy = (index: number) => create(common.SignaturePolicySchema, { Type: { case: "signedBy", value: index } });
const encode = (envelope: common.SignaturePolicyEnvelope): string => base64(toBinary(common.SignaturePolicyEnvelopeSchema, envelope));

const evaluations = fc.sample(policy, { numRuns: 120, seed: SEED + 1 }).map((text, index) => ({
  policy: encode(parseSignaturePolicy(text)),
  orders: fc.sample(orders, { numRuns: 20, seed: SEED + index }),
}));
const single = create(common.SignaturePolicyEnvelopeSchema, {
  rule: signedBy(0),
  identities: parseSignaturePolicy("OR('Org1MSP.peer')").identities,
});
evaluations.push({ policy: encode(single), orders: fc.sample(orders, { numRuns: 20, seed: SEED }) });

console.log(
  JSON.stringify({
    msps: organizations.map(({ config }) => base64(toBinary(msp.MSPConfigSchema, config))),
    identities: identities.map(base64),
    texts: texts.map((text) => ({ text })),
    evaluations,
  }),
);
