// A server's part, to be killed by a test: prepares and starts a network with a chaincode, says so,
// then waits. `owner.ts HOME NETWORK embedded|native`.
import { EmbeddedRuntime, NativeRuntime } from "../../src/index.ts";
import { serviceOf, startNetwork } from "./network.ts";

const [, , home = "", network = "", name = ""] = process.argv;
const runtime = name === "native" ? new NativeRuntime({ home }) : new EmbeddedRuntime({ home });
const place = await startNetwork(runtime, network);
await runtime.startChaincode(place, await serviceOf(runtime, place, "tiny_1.0"));
console.log(JSON.stringify(await runtime.observe(place)));
setInterval(() => undefined, 1000);
