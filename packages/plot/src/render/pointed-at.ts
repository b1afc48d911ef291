// What the reader is told about the thing under the pointer.
import { formatNumber } from "../shared/numbers.ts";

/** The value of a tooltip as text: "name: value" by line for an object, "" for nothing. */
export function tooltipText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object" || value instanceof Date) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${typeof part === "object" && part !== null ? JSON.stringify(part) : part}`)
    .join("\n");
}

/** The coordinates of a point in the units of the axes; "" for all other marks. */
export function coordinatesText(marktype: string | undefined, datum: unknown): string {
  if (marktype !== "symbol" || typeof datum !== "object" || datum === null) return "";
  const { x, y } = datum as { x?: unknown; y?: unknown };
  return typeof x === "number" && typeof y === "number" ? `(${formatNumber(x)}, ${formatNumber(y)})` : "";
}
