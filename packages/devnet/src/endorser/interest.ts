import { create } from "@bufbuild/protobuf";
import { peer } from "@heddle/fabric/wire";
import type { TxSimulator } from "../simulation/simulator.ts";
import { isSystemChaincode } from "./execution.ts";

/**
 * Whose policies an endorsement plan has to satisfy: every chaincode whose state the transaction read or wrote,
 * system chaincodes left out. Empty when it touched none (Fabric: core/endorser/endorser.go, buildChaincodeInterest).
 */
export function chaincodeInterest(simulator: TxSimulator): peer.ChaincodeInterest {
  const names = simulator.namespaces.filter((name) => !isSystemChaincode(name));
  return create(peer.ChaincodeInterestSchema, {
    chaincodes: names.map((name) => create(peer.ChaincodeCallSchema, { name, collectionNames: simulator.writtenCollections(name) })),
  });
}
