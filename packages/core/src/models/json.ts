// Plain JSON, and the numbers that it lacks.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** NaN, ±∞ and −0 as texts, every other number as it is: JSON.stringify would make null and 0 of them. */
export function encodeNumber(x: number): number | string {
  if (Number.isFinite(x) && !Object.is(x, -0)) return x;
  return Object.is(x, -0) ? "-0" : String(x);
}

const SPECIAL: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity, "-0": -0 };

/** The number that `encodeNumber` wrote, or undefined. */
export function decodeNumber(json: unknown): number | undefined {
  if (typeof json === "number") return json;
  return typeof json === "string" && Object.hasOwn(SPECIAL, json) ? SPECIAL[json] : undefined;
}
