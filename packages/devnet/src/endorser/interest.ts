import { create } from "@bufbuild/protobuf";
import { peer } from "@heddle/fabric/wire";
import type { TxSimulator } from "../simulation/simulator.ts";
import { isSystemChaincode } from "./execution.ts";

/**
 * Whose policies an endorsement plan has to satisfy: the called chaincode and every other one the
 * transaction touched; system chaincodes only when called themselves (Fabric: core/endorser/endorser.go, buildChaincodeInterest).
 */
export function chaincodeInterest(called: string, simulator: TxSimulator): peer.ChaincodeInterest {
  const names = simulator.namespaces.filter((name) => name === called || (!isSystemChaincode(name) && name !== ""));
  if (!names.includes(called)) names.push(called);
  return create(peer.ChaincodeInterestSchema, {
    chaincodes: names.map((name) => create(peer.ChaincodeCallSchema, { name, collectionNames: simulator.writtenCollections(name) })),
  });
}
