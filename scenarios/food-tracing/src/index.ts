// The official shim reads `contracts` from the file that package.json calls main.
import { FoodTracing } from "./contract.ts";

export const contracts = [FoodTracing];
