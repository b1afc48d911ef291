// Interpreted expressions answer `undefined` for a scale that does not exist, and marks would end up at the origin.
import { InternalError } from "steepest";
import type { Json, JsonObject } from "../json.ts";

/** @throws InternalError when a mark, an axis or an encoding names a scale that is defined nowhere around it. */
export function requireScales(spec: JsonObject): void {
  visit(spec, new Set());
}

function visit(value: Json | undefined, known: ReadonlySet<string>): void {
  if (typeof value !== "object" || value === null) return;
  if (isList(value)) {
    for (const item of value) visit(item, known);
    return;
  }
  const { data: _, scale, scales, ...rest } = value; // rows are not looked at: their columns may have any name
  const own = Array.isArray(scales) ? scales.map((one: JsonObject) => String(one["name"])) : [];
  const here = own.length === 0 ? known : new Set([...known, ...own]);
  if (typeof scale === "string" && !here.has(scale)) {
    throw new InternalError(`A figure names the scale "${scale}", but has only ${[...here].join(", ") || "none"}.`);
  }
  visit(scales, here);
  for (const part of Object.values(rest)) visit(part, here);
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
