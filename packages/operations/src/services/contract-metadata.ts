import { isHeddleError } from "@heddle/network";
import { operationErrors } from "../errors.ts";
import { evaluateCall } from "./calls.ts";
import type { World } from "./world.ts";

/** A function of a contract. */
export interface ContractFunction {
  readonly name: string;
  /** It writes. */
  readonly submit: boolean;
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly type: string; readonly schema: unknown }>;
  readonly returns?: string;
}

/** What a chaincode says of itself. */
export interface ContractMetadata {
  readonly contracts: ReadonlyArray<{ readonly name: string; readonly default: boolean; readonly functions: readonly ContractFunction[] }>;
  readonly schemas?: unknown;
}

/** The contract that every chaincode of the official contract API has besides its own. */
const SYSTEM_CONTRACT = "org.hyperledger.fabric";

/** Asks a chaincode for its functions (fabric-contract-api: GetMetadata). Throws OPERATION_CHAINCODE_MISSING, OPERATION_NO_METADATA. */
export async function contractMetadata(
  world: World,
  network: string,
  chaincode: string,
  channel: string | undefined,
): Promise<ContractMetadata> {
  const unknown = (reason: string, cause?: unknown): Error =>
    operationErrors.create("OPERATION_NO_METADATA", { chaincode, reason }, { cause });
  let text: string;
  try {
    const call = { channel, function: `${SYSTEM_CONTRACT}:GetMetadata`, args: [] };
    text = Buffer.from((await evaluateCall(world, network, chaincode, call)).payload).toString("utf8");
  } catch (error) {
    if (isHeddleError(error, "FABRIC_REFUSED")) throw unknown(error.message, error);
    throw error;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unknown("its metadata is not JSON", cause);
  }
  return readMetadata(parsed);
}

/** Reads the metadata document leniently: what does not look as it should is left out. */
export function readMetadata(document: unknown): ContractMetadata {
  const { contracts, components } = record(document);
  const own = Object.entries(record(contracts)).filter(([name]) => name !== SYSTEM_CONTRACT);
  return {
    contracts: own.map(([name, contract]) => ({
      name,
      default: record(contract)["default"] === true || own.length === 1,
      functions: list(record(contract)["transactions"]).map(readFunction),
    })),
    ...(components === undefined ? {} : { schemas: record(components)["schemas"] }),
  };
}

function readFunction(value: unknown): ContractFunction {
  const { name, tags, tag, parameters, returns } = record(value);
  const labels = [...list(tags), ...list(tag)].map((label) => String(label).toLowerCase());
  const result = typeOf(Array.isArray(returns) ? record(returns[0])["schema"] : (record(returns)["schema"] ?? returns));
  return {
    name: String(name),
    submit: labels.some((label) => label === "submit" || label === "submittx"),
    parameters: list(parameters).map((parameter) => {
      const { name: of, schema } = record(parameter);
      return { name: String(of), type: typeOf(schema) ?? "string", schema };
    }),
    ...(result === undefined ? {} : { returns: result }),
  };
}

function typeOf(schema: unknown): string | undefined {
  const { type, $ref: reference } = record(schema);
  if (typeof type === "string") return type;
  return typeof reference === "string" ? reference.split("/").at(-1) : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
