import { create } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { common, type msp } from "../wire.ts";
import { policyRoles, readRolePrincipal, rolePrincipal, type PolicyRole } from "./principals.ts";

/** Deeper nesting than any person writes; keeps hostile text from exhausting the stack. */
const MAX_DEPTH = 64;
const PRINCIPAL = /^([A-Za-z0-9.-]+)[.](admin|member|client|peer|orderer)$/;

class Reader {
  readonly #text: string;
  position = 0;
  readonly principals: msp.MSPPrincipal[] = [];
  readonly #indexes = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  fail(reason: string): never {
    throw fabricErrors.create("FABRIC_POLICY_INVALID", { position: this.position, reason });
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.position] ?? "")) this.position += 1;
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) this.fail(`"${character}" is missing`);
  }

  #word(pattern: RegExp): string {
    this.#skipSpace();
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.position += found.length;
    return found;
  }

  end(): void {
    this.#skipSpace();
    if (this.position < this.#text.length) this.fail("nothing may follow the policy");
  }

  rule(depth = 0): common.SignaturePolicy {
    if (depth > MAX_DEPTH) this.fail("it is nested too deep");
    this.#skipSpace();
    const quote = this.#text[this.position];
    if (quote === "'" || quote === '"') return this.#principal(quote);
    const start = this.position;
    const gate = this.#word(/[A-Za-z]*/y).toLowerCase();
    if (gate !== "and" && gate !== "or" && gate !== "outof") {
      this.position = start;
      this.fail("AND, OR, OutOf or a principal like 'Org1MSP.peer' is expected");
    }
    this.#expect("(");
    const count = gate === "outof" ? this.#count() : 0;
    const rules = this.#rules(depth, gate === "outof");
    if (gate !== "outof") return nOutOf(gate === "and" ? rules.length : 1, rules);
    if (count > rules.length + 1) this.fail(`${count} of ${rules.length} can never be satisfied`);
    return nOutOf(count, rules);
  }

  #count(): number {
    const digits = this.#word(/'?\d+'?/y).replaceAll("'", "");
    if (digits === "" || digits.length > 6) this.fail("OutOf needs a number first");
    return Number(digits);
  }

  #rules(depth: number, afterCount: boolean): common.SignaturePolicy[] {
    const rules: common.SignaturePolicy[] = [];
    if (afterCount) this.#expect(",");
    do rules.push(this.rule(depth + 1));
    while (this.#take(","));
    this.#expect(")");
    return rules;
  }

  #principal(quote: string): common.SignaturePolicy {
    const start = this.position;
    const end = this.#text.indexOf(quote, start + 1);
    if (end < 0) this.fail("the quote is not closed");
    const match = PRINCIPAL.exec(this.#text.slice(start + 1, end));
    const [, mspId, role] = match ?? [];
    if (mspId === undefined || role === undefined) this.fail(`a principal is written 'MSPID.role' with role ${policyRoles.join(", ")}`);
    this.position = end + 1;
    return signedBy(this.#index(mspId, role as PolicyRole));
  }

  #index(mspId: string, role: PolicyRole): number {
    const key = `${mspId}.${role}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.principals.push(rolePrincipal(mspId, role)) - 1;
    this.#indexes.set(key, index);
    return index;
  }
}

function nOutOf(n: number, rules: common.SignaturePolicy[]): common.SignaturePolicy {
  return create(common.SignaturePolicySchema, {
    Type: { case: "nOutOf", value: create(common.SignaturePolicy_NOutOfSchema, { n, rules }) },
  });
}

function signedBy(index: number): common.SignaturePolicy {
  return create(common.SignaturePolicySchema, { Type: { case: "signedBy", value: index } });
}

/**
 * Parses a signature policy such as `AND('Org1MSP.peer', OR('Org2MSP.member', 'Org3MSP.admin'))`
 * or `OutOf(2, 'Org1MSP.peer', ...)`; gates in any letter case. Identities are listed once, in
 * order of appearance (Fabric: common/policydsl). Throws `FABRIC_POLICY_INVALID`.
 */
export function parseSignaturePolicy(text: string): common.SignaturePolicyEnvelope {
  const reader = new Reader(text);
  const rule = reader.rule();
  reader.end();
  return create(common.SignaturePolicyEnvelopeSchema, { version: 0, rule, identities: reader.principals });
}

/** Writes a signature policy as text that {@link parseSignaturePolicy} reads back. Other principals than roles are shown as `?`. */
export function formatSignaturePolicy(envelope: common.SignaturePolicyEnvelope): string {
  const format = (rule: common.SignaturePolicy | undefined): string => {
    if (rule?.Type.case === "signedBy") {
      const principal = envelope.identities[rule.Type.value];
      const role = principal === undefined ? undefined : readRolePrincipal(principal);
      return role === undefined ? "?" : `'${role.mspId}.${role.role}'`;
    }
    if (rule?.Type.case !== "nOutOf") return "?";
    const { n, rules } = rule.Type.value;
    const parts = rules.map(format).join(", ");
    if (n === rules.length) return `AND(${parts})`;
    return n === 1 ? `OR(${parts})` : `OutOf(${n}, ${parts})`;
  };
  return format(envelope.rule);
}
