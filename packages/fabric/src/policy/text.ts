import { create } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { common, type msp } from "../wire.ts";
import { policyRoles, readRolePrincipal, rolePrincipal, type PolicyRole } from "./principals.ts";

/** Deeper nesting than any person writes; keeps hostile text from exhausting the stack. */
const MAX_DEPTH = 64;
const PRINCIPAL = /^([A-Za-z0-9.-]+)[.](admin|member|client|peer|orderer)$/;

/** A principal that has been read but not yet numbered, or the rule of a gate. */
type Operand = msp.MSPPrincipal | common.SignaturePolicy;

class Reader {
  readonly #text: string;
  position = 0;
  readonly principals: msp.MSPPrincipal[] = [];

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

  /** One gate with everything in its parentheses. */
  gate(depth = 0): common.SignaturePolicy {
    if (depth > MAX_DEPTH) this.fail("it is nested too deep");
    this.#skipSpace();
    const start = this.position;
    const gate = this.#word(/[A-Za-z]*/y).toLowerCase();
    if (gate !== "and" && gate !== "or" && gate !== "outof") {
      this.position = start;
      this.fail(depth === 0 ? "AND, OR or OutOf is expected" : "AND, OR, OutOf or a principal like 'Org1MSP.peer' is expected");
    }
    this.#expect("(");
    const count = gate === "outof" ? this.#count() : 0;
    const rules = this.#number(this.#operands(depth, gate === "outof"));
    if (gate !== "outof") return nOutOf(gate === "and" ? rules.length : 1, rules);
    if (count > rules.length + 1) this.fail(`${count} of ${rules.length} can never be satisfied`);
    return nOutOf(count, rules);
  }

  #count(): number {
    const digits = this.#word(/'?\d+'?/y).replaceAll("'", "");
    if (digits === "" || digits.length > 6) this.fail("OutOf needs a number first");
    return Number(digits);
  }

  #operands(depth: number, afterCount: boolean): Operand[] {
    const operands: Operand[] = [];
    if (afterCount) this.#expect(",");
    do operands.push(this.#operand(depth));
    while (this.#take(","));
    this.#expect(")");
    return operands;
  }

  #operand(depth: number): Operand {
    this.#skipSpace();
    const quote = this.#text[this.position];
    return quote === "'" || quote === '"' ? this.#principal(quote) : this.gate(depth + 1);
  }

  /** A gate's own principals are numbered after those of the gates inside it, since Fabric evaluates those first. */
  #number(operands: readonly Operand[]): common.SignaturePolicy[] {
    return operands.map((operand) => (operand.$typeName === "common.MSPPrincipal" ? signedBy(this.principals.push(operand) - 1) : operand));
  }

  #principal(quote: string): msp.MSPPrincipal {
    const start = this.position;
    const end = this.#text.indexOf(quote, start + 1);
    if (end < 0) this.fail("the quote is not closed");
    const match = PRINCIPAL.exec(this.#text.slice(start + 1, end));
    const [, mspId, role] = match ?? [];
    if (mspId === undefined || role === undefined) this.fail(`a principal is written 'MSPID.role' with role ${policyRoles.join(", ")}`);
    this.position = end + 1;
    return rolePrincipal(mspId, role as PolicyRole);
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
 * or `OutOf(2, 'Org1MSP.peer', ...)`; gates in any letter case. The envelope is the one that Fabric's
 * tools make of the text, byte for byte, so that organisations that approve a definition with different
 * tools agree: every mention is an identity of its own, inner gates first (Fabric: common/policydsl).
 * Throws `FABRIC_POLICY_INVALID`.
 */
export function parseSignaturePolicy(text: string): common.SignaturePolicyEnvelope {
  const reader = new Reader(text);
  const rule = reader.gate();
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
  const text = format(envelope.rule);
  // A principal alone is a rule, but no text that Fabric's tools take.
  return envelope.rule?.Type.case === "signedBy" ? `OR(${text})` : text;
}
