import { X509Certificate } from "node:crypto";
import type { NetworkFile } from "@heddle/network";
import { EXPIRING_DAYS } from "../certificates/calendar.ts";
import type { OperationKind, StepDefinition } from "../engine/types.ts";
import { operationErrors } from "../errors.ts";
import type { NetworkProof } from "../network/prove.ts";
import { forgetReplaced, type RenewedMember } from "../network/renewal.ts";
import type { World } from "../services/world.ts";
import { nodesStep } from "./network-prove.ts";
import { showState } from "./network-state.ts";
import { proofStep } from "./proof-step.ts";
import { consenterStep, issueStep, nodeStep, ORDER, orderStep, togetherStep, type RenewalScene } from "./renewal-steps.ts";

/** What `certificates.renew` is given: whose certificates, decided before, so that its steps are the same whenever they are planned. */
export interface RenewInput {
  readonly members: readonly RenewedMember[];
  /** New keys instead of those that the members have: channels have to know orderers by them. */
  readonly newKeys: boolean;
  /** Some node's certificate has expired: nodes cannot be in step with each other until all are renewed. */
  readonly expired: boolean;
}

/** Fewer Raft orderers cannot let one of them go while its certificate changes. */
const LEAST_ORDERERS = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Renews certificates: the organisations issue them, peers restart one by one, then orderers, the leader last; each has
 * to be in step before the next ends. Then a transaction is committed on every peer.
 */
export function certificatesRenew(world: World): OperationKind<RenewInput> {
  const requireName = (network: string | undefined): string => {
    if (network === undefined) throw new RangeError("the operation names no network");
    return network;
  };
  return {
    name: "certificates.renew",
    describe: ({ members, newKeys }) => `Renew the certificates of ${members.length} nodes and users${newKeys ? " with new keys" : ""}`,
    async check({ input, network }) {
      const file = await world.file(requireName(network));
      requireOrderers(file, input);
      await requireAuthorities(world, file, input);
    },
    begins: async ({ network }) => showState(world, requireName(network), "changing"),
    async plan({ input, network }) {
      const file = await world.file(requireName(network));
      const scene: RenewalScene = { world, file, input };
      const organizations = organizationsOfMembers(input);
      const issues = organizations.map((organization) => issueStep(scene, organization));
      // Nodes whose certificates have expired may not start before they have new ones.
      const begin: StepDefinition[] = input.expired ? issues : [...issues, nodesStep(world, file.metadata.name)];
      const restarts = restartSteps(
        scene,
        begin.map(({ name }) => name),
      );
      const proof = proofStep(world, {
        file: () => file,
        place: async () => (await world.network(file.metadata.name)).place,
        after: [...begin, ...restarts].map(({ name }) => name),
      });
      return [...begin, ...restarts, proof] as StepDefinition<RenewInput>[];
    },
    async settled({ input, network }, settlement) {
      const name = requireName(network);
      const proof = settlement.resultOf<NetworkProof>("proof");
      const succeeded = settlement.state === "succeeded" && proof !== undefined;
      if (succeeded) await forgetReplaced(world.keys, name, organizationsOfMembers(input));
      await world.store.networks.update(
        name,
        succeeded ? { state: "ready", proof: { ...proof, phases: settlement.phases } } : { state: settlement.undone ? "ready" : "failed" },
      );
      if (!succeeded) return undefined;
      return {
        renewed: input.members.map(({ organization, name: member }) => ({ organization, name: member })),
        newKeys: input.newKeys,
        proof,
      };
    },
  };
}

function organizationsOfMembers({ members }: RenewInput): string[] {
  return [...new Set(members.map(({ organization }) => organization))];
}

/** One node after the other: peers, then orderers in an order that is found when their turn comes. */
function restartSteps(scene: RenewalScene, before: readonly string[]): StepDefinition[] {
  const { file, input } = scene;
  if (input.expired) return [togetherStep(scene, before)];
  const steps: StepDefinition[] = [];
  const last = (): readonly string[] => (steps.length === 0 ? before : steps.slice(-1).map(({ name }) => name));
  for (const { name } of input.members.filter(({ role }) => role === "peer")) steps.push(nodeStep(scene, { name }, last()));
  const of = input.members.filter(({ role }) => role === "orderer").length;
  const { type, consenters } = file.spec.ordering;
  // One that is alone has nobody to hand the lead to, and its channel goes on with certificates of the same key.
  const isStated = input.newKeys || (type === "raft" && consenters.length > 1);
  if (of > 0) steps.push(orderStep(scene, last()));
  for (let turn = 1; turn <= of; turn += 1) {
    const needs = (more: readonly string[]): readonly string[] => [...new Set([ORDER, ...more])];
    if (isStated) for (const { name } of file.spec.channels) steps.push(consenterStep(scene, name, { turn, of }, needs(last())));
    steps.push(nodeStep(scene, { turn, of }, needs(last())));
  }
  return steps;
}

/** Throws OPERATION_RENEWAL_NEEDS_ORDERERS. */
function requireOrderers({ metadata, spec: { ordering } }: NetworkFile, { members, newKeys }: RenewInput): void {
  if (!newKeys || ordering.type === "bft" || !members.some(({ role }) => role === "orderer")) return;
  const count = ordering.consenters.length;
  if (count < LEAST_ORDERERS)
    throw operationErrors.create("OPERATION_RENEWAL_NEEDS_ORDERERS", { network: metadata.name, count, needed: LEAST_ORDERERS });
}

/** Throws OPERATION_AUTHORITY_ENDS where what an authority issued would be about to expire at once. */
async function requireAuthorities(world: World, file: NetworkFile, input: RenewInput): Promise<void> {
  const network = file.metadata.name;
  for (const organization of organizationsOfMembers(input)) {
    const { ca, tlsCa } = await world.identities(network).organization(organization);
    for (const { name, certificatePem } of [ca, tlsCa]) {
      const { validToDate } = new X509Certificate(certificatePem);
      if (validToDate.getTime() - Date.now() > EXPIRING_DAYS * DAY_MS) continue;
      throw operationErrors.create("OPERATION_AUTHORITY_ENDS", {
        authority: name,
        organization,
        end: validToDate.toISOString().slice(0, 10),
      });
    }
  }
}
