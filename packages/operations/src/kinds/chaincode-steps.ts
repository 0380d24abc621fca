import type { StepDefinition } from "../engine/types.ts";
import { approveStep, commitStep, installStep, rebindStep, recordStep } from "./chaincode-definition.ts";
import { membersOf, type ChaincodeSteps } from "./chaincode-plan.ts";
import { packageStep, serviceStep } from "./chaincode-service.ts";
import { reviving } from "./reviving.ts";

/**
 * The steps from a chaincode's source to its committed definition: package, service, install on every
 * member's peer, approve by every member, commit, note. Names begin with channel and chaincode.
 */
export function chaincodeSteps(options: ChaincodeSteps): StepDefinition[] {
  const members = membersOf(options.file, options.channel);
  const service = serviceStep(options);
  const installs = installSteps(options);
  const approvals = members.map((organization) => approveStep(options, organization, namesOf(installs, organization)));
  const commit = commitStep(options, [service.name, ...approvals.map(({ name }) => name)]);
  const needNodes = [...installs.map(({ step }) => step), ...approvals, commit, recordStep(options)];
  return [packageStep(options), service, ...needNodes.map((step) => reviving(options.world, options.place, step))];
}

/**
 * The steps that bind a definition which is committed already to a service of it here: package, service, install on every
 * member's peer, approve by every member with that package, note.
 */
export function rebindSteps(options: ChaincodeSteps): StepDefinition[] {
  const service = serviceStep(options);
  const installs = installSteps(options);
  const approvals = membersOf(options.file, options.channel).map((organization) =>
    rebindStep(options, organization, [service.name, ...namesOf(installs, organization)]),
  );
  const record = recordStep(
    options,
    approvals.map(({ name }) => name),
  );
  const needNodes = [...installs.map(({ step }) => step), ...approvals, record];
  return [packageStep(options), service, ...needNodes.map((step) => reviving(options.world, options.place, step))];
}

interface Install {
  readonly organization: string;
  readonly step: StepDefinition;
}

/** Of every peer of every member. */
function installSteps(options: ChaincodeSteps): Install[] {
  const { file, channel } = options;
  const members = membersOf(file, channel);
  return file.spec.organizations
    .filter(({ name }) => members.includes(name))
    .flatMap(({ name, domain, peers }) =>
      peers.map((peer) => ({ organization: name, step: installStep(options, name, `${peer.name}.${domain}`) })),
    );
}

function namesOf(installs: readonly Install[], organization: string): string[] {
  return installs.filter((install) => install.organization === organization).map(({ step }) => step.name);
}
