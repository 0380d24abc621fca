// What may happen to a lot. Pure: no ledger, no clock; the contract gives both.
import { Refusal } from "./refusal.ts";

/** A lot of food, as it stands on the ledger. */
export type Lot = {
  readonly id: string;
  readonly product: string;
  readonly origin: string;
  readonly kilograms: number;
  /** MSP id of the organisation that made it. */
  readonly producer: string;
  /** MSP id of the organisation that holds it. */
  readonly holder: string;
  readonly status: "active" | "recalled";
  readonly createdAt: string;
  readonly changedAt: string;
  readonly handOvers: number;
  readonly readings: number;
  /** How many readings were outside the safe range. */
  readonly breaches: number;
  readonly lastReading?: { readonly celsius: number; readonly at: string; readonly by: string };
  readonly recall?: { readonly reason: string; readonly at: string; readonly by: string };
};

/** Who calls, and when the transaction was made. */
export interface Caller {
  readonly mspId: string;
  /** ISO 8601, from the transaction: the same on every peer. */
  readonly at: string;
}

/** Cold chain: readings outside are breaches. Degrees Celsius. */
export const SAFE_CELSIUS = { low: -25, high: 8 } as const;

/** A new lot, held by who makes it. */
export function createLot(fields: Pick<Lot, "id" | "product" | "origin" | "kilograms">, caller: Caller): Lot {
  return {
    ...fields,
    producer: caller.mspId,
    holder: caller.mspId,
    status: "active",
    createdAt: caller.at,
    changedAt: caller.at,
    handOvers: 0,
    readings: 0,
    breaches: 0,
  };
}

/** The lot in other hands; only the holder gives it away. */
export function handOver(lot: Lot, to: string, caller: Caller): Lot {
  requireHolder(lot, caller);
  requireActive(lot);
  if (to === lot.holder) throw new Refusal("HAND_OVER_TO_SELF", `${to} holds lot ${lot.id} already`);
  return { ...lot, holder: to, handOvers: lot.handOvers + 1, changedAt: caller.at };
}

/** The lot with one more temperature reading of its holder. */
export function recordTemperature(lot: Lot, celsius: number, caller: Caller): Lot {
  requireHolder(lot, caller);
  requireActive(lot);
  return {
    ...lot,
    readings: lot.readings + 1,
    breaches: lot.breaches + (isBreach(celsius) ? 1 : 0),
    lastReading: { celsius, at: caller.at, by: caller.mspId },
    changedAt: caller.at,
  };
}

/** The lot called back, by its producer or its holder. */
export function recall(lot: Lot, reason: string, caller: Caller): Lot {
  if (caller.mspId !== lot.producer && caller.mspId !== lot.holder) {
    throw new Refusal(
      "NOT_ALLOWED",
      `only ${lot.producer} (producer) or ${lot.holder} (holder) may recall lot ${lot.id}, not ${caller.mspId}`,
    );
  }
  requireActive(lot);
  return { ...lot, status: "recalled", recall: { reason, at: caller.at, by: caller.mspId }, changedAt: caller.at };
}

/** Whether a temperature is outside the safe range. */
export function isBreach(celsius: number): boolean {
  return celsius < SAFE_CELSIUS.low || celsius > SAFE_CELSIUS.high;
}

function requireHolder(lot: Lot, caller: Caller): void {
  if (caller.mspId !== lot.holder) throw new Refusal("NOT_ALLOWED", `lot ${lot.id} is held by ${lot.holder}, not by ${caller.mspId}`);
}

function requireActive(lot: Lot): void {
  if (lot.status === "recalled")
    throw new Refusal("LOT_RECALLED", `lot ${lot.id} was recalled: ${lot.recall?.reason ?? "no reason given"}`);
}
