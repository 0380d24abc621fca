import type { StepDefinition } from "../engine/types.ts";
import { approveStep, commitStep, installStep, recordStep } from "./chaincode-definition.ts";
import { membersOf, type ChaincodeSteps } from "./chaincode-plan.ts";
import { packageStep, serviceStep } from "./chaincode-service.ts";
import { reviving } from "./reviving.ts";

/**
 * The steps from a chaincode's source to its committed definition: package, service, install on every
 * member's peer, approve by every member, commit, note. Names begin with channel and chaincode.
 */
export function chaincodeSteps(options: ChaincodeSteps): StepDefinition[] {
  const { file, channel } = options;
  const members = membersOf(file, channel);
  const service = serviceStep(options);
  const installs = file.spec.organizations
    .filter(({ name }) => members.includes(name))
    .flatMap(({ name, domain, peers }) =>
      peers.map((peer) => ({ organization: name, step: installStep(options, name, `${peer.name}.${domain}`) })),
    );
  const approvals = members.map((organization) => {
    const own = installs.filter((install) => install.organization === organization);
    return approveStep(
      options,
      organization,
      own.map(({ step }) => step.name),
    );
  });
  const commit = commitStep(options, [service.name, ...approvals.map(({ name }) => name)]);
  const needNodes = [...installs.map(({ step }) => step), ...approvals, commit, recordStep(options)];
  return [packageStep(options), service, ...needNodes.map((step) => reviving(options.world, options.place, step))];
}
