import type { NetworkChaincode, NetworkFile } from "@heddle/network";
import type { ChaincodePlan } from "../kinds/chaincode-plan.ts";

/**
 * A network's file with a chaincode as it was deployed, so that the file goes on saying what the network is.
 * The sequence is named only where it was before: without it the next one follows.
 */
export function withChaincode(file: NetworkFile, plan: ChaincodePlan): NetworkFile {
  const { name, channel, version, source, endorsementPolicy, initRequired } = plan;
  const { chaincodes } = file.spec;
  const known = chaincodes.findIndex((one) => one.name === name && one.channel === channel);
  const deployed: NetworkChaincode = {
    name,
    channel,
    version,
    source,
    // Only what this version starts is ever deployed, and the file's schema knows all of it.
    language: plan.language as NetworkChaincode["language"],
    initRequired,
    ...(chaincodes[known]?.sequence === undefined ? {} : { sequence: plan.sequence }),
    ...(endorsementPolicy === undefined ? {} : { endorsementPolicy }),
  };
  const others = known < 0 ? [...chaincodes, deployed] : chaincodes.with(known, deployed);
  return { ...file, spec: { ...file.spec, chaincodes: others } };
}
