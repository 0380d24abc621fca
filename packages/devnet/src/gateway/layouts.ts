import { fromBinary } from "@bufbuild/protobuf";
import { configPolicyCombinations, signatureCombinations, type ChannelBundle, type OrganizationCombination } from "@heddle/fabric";
import { peer } from "@heddle/fabric/wire";
import { lifecycleNamespace, readDefinition } from "../definitions/definitions.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";

/** The organisations, by MSP id, that endorse together. */
export type Layout = ReadonlySet<string>;

/** The policy of one chaincode as combinations of organisations; undefined when the chaincode is not defined. */
function combinationsOf(ledger: ChannelLedger, chaincode: string): OrganizationCombination[] | undefined {
  if (chaincode === lifecycleNamespace) return configPolicyCombinations(ledger.bundle.root, "/Channel/Application/LifecycleEndorsement");
  const view = ledger.view();
  try {
    const definition = readDefinition((key) => view.get(lifecycleNamespace, key)?.value, chaincode);
    return definition === undefined ? undefined : policyCombinations(definition.validationParameter, ledger.bundle);
  } finally {
    view.close();
  }
}

function policyCombinations(validationParameter: Uint8Array, bundle: ChannelBundle): OrganizationCombination[] {
  const { Type: type } = fromBinary(peer.ApplicationPolicySchema, validationParameter);
  if (type.case === "signaturePolicy") return signatureCombinations(type.value);
  return type.case === "channelConfigPolicyReference" ? configPolicyCombinations(bundle.root, type.value) : [];
}

/**
 * The smallest sets of organisations whose peers' endorsements satisfy the policies of all chaincodes
 * of an interest. A combination that needs more peers of an organisation than it has is left out.
 * Throws with discovery's text when a chaincode is not defined (Fabric: discovery/endorsement).
 */
export function planLayouts(ledger: ChannelLedger, chaincodes: readonly string[], peersOf: (mspId: string) => number): Layout[] {
  let layouts: OrganizationCombination[] = [new Map()];
  for (const chaincode of chaincodes) {
    const combinations = combinationsOf(ledger, chaincode);
    if (combinations === undefined) throw new Error(`No metadata was found for chaincode ${chaincode} in channel ${ledger.channelId}`);
    layouts = layouts.flatMap((layout) => combinations.map((combination) => merge(layout, combination)));
  }
  const possible = layouts.filter((layout) => [...layout].every(([mspId, count]) => peersOf(mspId) >= count));
  return possible.toSorted((a, b) => a.size - b.size).map((layout) => new Set(layout.keys()));
}

function merge(a: OrganizationCombination, b: OrganizationCombination): OrganizationCombination {
  const merged = new Map(a);
  for (const [mspId, count] of b) merged.set(mspId, Math.max(merged.get(mspId) ?? 0, count));
  return merged;
}
