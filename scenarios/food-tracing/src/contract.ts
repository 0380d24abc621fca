import { Contract, type Context } from "fabric-contract-api";
import { canonicalJson, type Json } from "./canonical-json.ts";
import { celsius, kilograms, lotId, organization, plainText, rangeEnd } from "./inputs.ts";
import * as lots from "./lots.ts";
import type { Caller, Lot } from "./lots.ts";
import { Refusal } from "./refusal.ts";
import { isoTime, type Timestamp } from "./time.ts";

/** Lots in one answer of `listLots`. */
const PAGE = 100;

/**
 * Follows lots of food from producer to shop. Every public function is a
 * transaction; arguments are texts, results are JSON.
 */
export class FoodTracing extends Contract {
  constructor() {
    super("FoodTracing");
  }

  /** Puts a new lot on the ledger, held by the caller's organisation. Event: LotCreated. */
  async createLot(ctx: Context, id: string, product: string, origin: string, quantity: string): Promise<string> {
    const fields = {
      id: lotId(id),
      product: plainText("product", product),
      origin: plainText("origin", origin),
      kilograms: kilograms(quantity),
    };
    if ((await ctx.stub.getState(fields.id)).length > 0) throw new Refusal("LOT_EXISTS", `there is a lot ${fields.id} already`);
    return write(ctx, lots.createLot(fields, caller(ctx)), "LotCreated");
  }

  /** Gives a lot to another organisation. Event: LotHandedOver. */
  async handOver(ctx: Context, id: string, to: string): Promise<string> {
    const lot = await load(ctx, id);
    return write(ctx, lots.handOver(lot, organization(to), caller(ctx)), "LotHandedOver");
  }

  /** Records a temperature in degrees Celsius. Event: TemperatureRecorded, or TemperatureBreached outside the safe range. */
  async recordTemperature(ctx: Context, id: string, temperature: string): Promise<string> {
    const value = celsius(temperature);
    const lot = await load(ctx, id);
    return write(
      ctx,
      lots.recordTemperature(lot, value, caller(ctx)),
      lots.isBreach(value) ? "TemperatureBreached" : "TemperatureRecorded",
    );
  }

  /** Calls a lot back: nothing can happen to it afterwards. Event: LotRecalled. */
  async recall(ctx: Context, id: string, reason: string): Promise<string> {
    const lot = await load(ctx, id);
    return write(ctx, lots.recall(lot, plainText("reason", reason), caller(ctx)), "LotRecalled");
  }

  /** One lot. */
  async readLot(ctx: Context, id: string): Promise<string> {
    return canonicalJson(await load(ctx, id));
  }

  /** Lots with ids from `start` up to, not including, `end`; empty means open. `next` is the start of the next page, or empty. */
  async listLots(ctx: Context, start: string, end: string): Promise<string> {
    const page: Lot[] = [];
    for await (const { key, value } of ctx.stub.getStateByRange(rangeEnd(start), rangeEnd(end))) {
      if (page.length === PAGE) return canonicalJson({ lots: page, next: key });
      page.push(decode(value));
    }
    return canonicalJson({ lots: page, next: "" });
  }

  /** Every state a lot has been in, oldest first, with the transaction that made it. */
  async lotHistory(ctx: Context, id: string): Promise<string> {
    const states: { txId: string; at: string; lot: Lot }[] = [];
    for await (const change of ctx.stub.getHistoryForKey(lotId(id))) {
      states.push({ txId: change.txId, at: isoTime(change.timestamp), lot: decode(change.value) });
    }
    if (states.length === 0) throw notFound(id);
    return canonicalJson(states.toReversed());
  }
}

async function load(ctx: Context, id: string): Promise<Lot> {
  const bytes = await ctx.stub.getState(lotId(id));
  if (bytes.length === 0) throw notFound(id);
  return decode(bytes);
}

function notFound(id: string): Refusal {
  return new Refusal("LOT_NOT_FOUND", `there is no lot ${id}`);
}

async function write(ctx: Context, lot: Lot, event: string): Promise<string> {
  const text = canonicalJson(lot);
  const bytes = Buffer.from(text);
  await ctx.stub.putState(lot.id, bytes);
  ctx.stub.setEvent(event, bytes);
  return text;
}

function decode(bytes: Uint8Array): Lot {
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as Lot & Json;
}

function caller(ctx: Context): Caller {
  return { mspId: ctx.clientIdentity.getMSPID(), at: isoTime(ctx.stub.getTxTimestamp() as Timestamp) };
}
