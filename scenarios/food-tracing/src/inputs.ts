import { Refusal } from "./refusal.ts";

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const MSP_ID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,59}$/;
const DECIMAL = /^-?\d{1,3}(\.\d{1,2})?$/;

/** Largest quantity of a lot, in kilograms. */
const MAX_KILOGRAMS = 1_000_000;

/** A lot's id: letters, digits, `-` and `_`, at most 64. */
export function lotId(text: string): string {
  if (!ID.test(text)) throw new Refusal("LOT_ID_INVALID", `a lot id has 1 to 64 letters, digits, - or _, not ${quote(text)}`);
  return text;
}

/** A text for people of 1 to 200 characters, without control characters. */
export function plainText(field: string, text: string): string {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > 200 || /\p{Cc}/u.test(trimmed)) {
    throw new Refusal("TEXT_INVALID", `${field} needs 1 to 200 printable characters`);
  }
  return trimmed;
}

/** A whole number of kilograms above zero. */
export function kilograms(text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MAX_KILOGRAMS)
    throw new Refusal("QUANTITY_INVALID", `a quantity is a whole number of kilograms from 1 to ${MAX_KILOGRAMS}, not ${quote(text)}`);
  return value;
}

/** A temperature in degrees Celsius, from -100 to 200, with at most two decimals. */
export function celsius(text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!(value >= -100 && value <= 200))
    throw new Refusal("TEMPERATURE_INVALID", `a temperature is a number from -100 to 200 with at most two decimals, not ${quote(text)}`);
  // JSON writes -0 as 0, but the value in memory would differ from the one read back.
  return value === 0 ? 0 : value;
}

/** MSP id of an organisation. */
export function organization(text: string): string {
  if (!MSP_ID.test(text))
    throw new Refusal("ORGANIZATION_INVALID", `an organisation is named by its MSP id, such as Org2MSP, not ${quote(text)}`);
  return text;
}

/** End of a range of ids; empty means open. */
export function rangeEnd(text: string): string {
  return text === "" ? "" : lotId(text);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
