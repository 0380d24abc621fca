// Leases ports in a home again and again, as many processes do at once. `lessee.ts FOLDER NAME ROUNDS EACH`;
// waits for a line of input before it begins and before it ends, so that all hold theirs at the same time.
import { once } from "node:events";
import { PortLeases } from "../../src/process/ports.ts";

const [, , folder = "", name = "", rounds = "1", each = "1"] = process.argv;
const leases = new PortLeases(folder);
console.log("ready");
await once(process.stdin, "data");
const ports: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const holders = Array.from({ length: Number(each) }, (_, index) => `${name} ${round}.${index}`);
  ports.push(...(await leases.lease(name, holders)).values());
}
console.log(JSON.stringify(ports));
await once(process.stdin, "data");
process.exit(0);
