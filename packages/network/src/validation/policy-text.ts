import type { Finding } from "./finding.ts";
import type { PathPart } from "./path.ts";
import { closest, suggestion } from "./suggest.ts";

const IMPLICIT = /^(ANY|ALL|MAJORITY) [A-Za-z]+$/;
/** A quoted principal; Fabric takes either kind of quote. */
const QUOTED = /'([^']*)'|"([^"]*)"/g;
const ROLES = ["member", "admin", "client", "peer", "orderer"];

/**
 * Looks for what is obviously wrong in a policy's text: neither form known to
 * Fabric, unbalanced brackets, unknown organisations or roles. The full grammar
 * is checked where the policy is built.
 */
export function policyFindings(text: string, parts: readonly PathPart[], mspIds: readonly string[]): Finding[] {
  if (IMPLICIT.test(text)) return [];
  const bad = (message: string, hint?: string): Finding => ({ parts, rule: "bad_policy", message, suggestion: hint });
  if (/^(any|all|majority)\b/i.test(text)) return [bad("is not a policy Fabric knows", "for example MAJORITY Endorsement")];
  if (!/^(AND|OR|OutOf)\s*\(/i.test(text) && text.replace(QUOTED, "") !== "") {
    return [bad("is not a policy Fabric knows", "for example AND('Org1MSP.peer', 'Org2MSP.peer') or MAJORITY Endorsement")];
  }
  const bare = text.replaceAll(QUOTED, "");
  if (/['"]/.test(bare)) return [bad("has a quote that does not close", "principals stand in single quotes: 'Org1MSP.peer'")];
  if (!balanced(bare)) return [bad("has brackets that do not match")];
  return [...text.matchAll(QUOTED)].flatMap(([, single, double = ""]) =>
    principalFindings(single ?? double, mspIds).map(({ message, hint }) => bad(message, hint)),
  );
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function principalFindings(principal: string, mspIds: readonly string[]): { message: string; hint: string | undefined }[] {
  const dot = principal.lastIndexOf(".");
  const mspId = dot < 0 ? principal : principal.slice(0, dot);
  const role = dot < 0 ? "" : principal.slice(dot + 1);
  if (!mspIds.includes(mspId))
    return [{ message: `names ${principal}, but no organisation of the channel has that MSP id`, hint: suggestion(mspId, mspIds) }];
  if (!ROLES.includes(role.toLowerCase()))
    return [{ message: `names ${principal}, whose role is not known`, hint: `${mspId}.${closest(role, ROLES) ?? "peer"}` }];
  return [];
}
