import { fromBinary } from "@bufbuild/protobuf";
import { configPolicyCombinations, signatureCombinations, type ChannelBundle, type OrganizationCombination } from "@heddle/fabric";
import { peer } from "@heddle/fabric/wire";
import { lifecycleNamespace, readDefinition } from "../definitions/definitions.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import type { EndorsingPeer } from "./endorsers.ts";

/** How many peers of which organisations, by MSP id, endorse together. */
export type Layout = OrganizationCombination;

/** The peers of a channel, and those of them that run the chaincodes in question. */
export interface ChannelPeers {
  readonly members: readonly EndorsingPeer[];
  readonly runners: readonly EndorsingPeer[];
}

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

/** Combinations by channel configuration and policy: as long as neither changes, they are the same objects. */
const combined = new WeakMap<ChannelBundle, WeakMap<Uint8Array, OrganizationCombination[]>>();

function policyCombinations(validationParameter: Uint8Array, bundle: ChannelBundle): OrganizationCombination[] {
  let known = combined.get(bundle);
  if (known === undefined) combined.set(bundle, (known = new WeakMap()));
  let combinations = known.get(validationParameter);
  if (combinations === undefined) known.set(validationParameter, (combinations = computeCombinations(validationParameter, bundle)));
  return combinations;
}

function computeCombinations(validationParameter: Uint8Array, bundle: ChannelBundle): OrganizationCombination[] {
  const { Type: type } = fromBinary(peer.ApplicationPolicySchema, validationParameter);
  if (type.case === "signaturePolicy") return signatureCombinations(type.value);
  return type.case === "channelConfigPolicyReference" ? configPolicyCombinations(bundle.root, type.value) : [];
}

/**
 * The sets of peers whose endorsements satisfy the policies of all chaincodes of an interest, smallest
 * first. Throws with discovery's text when there are none (Fabric: discovery/endorsement/endorsement.go).
 */
export function planLayouts(
  ledger: ChannelLedger | undefined,
  channelId: string,
  chaincodes: readonly string[],
  peers: ChannelPeers,
): Layout[] {
  let layouts: OrganizationCombination[] = [new Map()];
  for (const chaincode of chaincodes) {
    const combinations = ledger === undefined ? undefined : combinationsOf(ledger, chaincode);
    if (combinations === undefined) throw new Error(`No metadata was found for chaincode ${chaincode} in channel ${channelId}`);
    layouts = layouts.flatMap((layout) => combinations.map((combination) => merge(layout, combination)));
  }
  const possible = layouts.filter((layout) => hasPeers(layout, peers.members));
  if (possible.length === 0) throw new Error("no peer combination can satisfy the endorsement policy");
  const served = possible.filter((layout) => hasPeers(layout, peers.runners));
  if (served.length === 0) throw new Error("required chaincodes are not installed on sufficient peers");
  return served.toSorted((a, b) => size(a) - size(b));
}

function hasPeers(layout: Layout, peers: readonly EndorsingPeer[]): boolean {
  return [...layout].every(([mspId, count]) => peers.filter(({ context }) => context.mspId === mspId).length >= count);
}

function size(layout: Layout): number {
  return [...layout.values()].reduce((sum, count) => sum + count, 0);
}

function merge(a: OrganizationCombination, b: OrganizationCombination): OrganizationCombination {
  const merged = new Map(a);
  for (const [mspId, count] of b) merged.set(mspId, Math.max(merged.get(mspId) ?? 0, count));
  return merged;
}
