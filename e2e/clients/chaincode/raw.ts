// Chaincode on the shim itself, without contracts: it can answer, and break, in ways that a contract cannot.
import { Shim, type ChaincodeResponse, type ChaincodeServerTLSProperties, type ChaincodeStub } from "fabric-shim";

class Raw {
  async Init(): Promise<ChaincodeResponse> {
    return Shim.success(Buffer.alloc(0));
  }

  async Invoke(stub: ChaincodeStub): Promise<ChaincodeResponse> {
    const { fcn, params } = stub.getFunctionAndParameters();
    const [first = "", second = ""] = params;
    switch (fcn) {
      case "status":
        await stub.putState("status", Buffer.from(first));
        stub.setEvent("status", Buffer.from(first));
        return { status: Number(first), message: second, payload: Buffer.from(`payload of ${first}`) };
      case "error":
        return Shim.error(first);
      case "throw":
        throw new Error(first);
      default:
        return Shim.success(Buffer.from(fcn));
    }
  }
}

const { CHAINCODE_ID = "", CHAINCODE_SERVER_ADDRESS = "" } = process.env;
// The shim serves without TLS when it is given none, which its types do not say.
const tlsProps = undefined as unknown as ChaincodeServerTLSProperties;
const server = Shim.server(new Raw(), { ccid: CHAINCODE_ID, address: CHAINCODE_SERVER_ADDRESS, tlsProps });
await server.start();
