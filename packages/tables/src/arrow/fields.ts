// What the columns of an Arrow file mean.
import type { Field as ArrowField, DataType } from "@uwdata/flechette";
import type { CellKind, Field } from "../typed/field.ts";

/** Names of Arrow's types by their number, for messages. */
const NAMES: Readonly<Record<number, string>> = {
  [-1]: "a dictionary",
  1: "null",
  2: "an integer",
  3: "a float",
  4: "bytes",
  5: "text",
  6: "a boolean",
  7: "a decimal",
  8: "a date",
  9: "a time of day",
  10: "a timestamp",
  11: "an interval",
  12: "a list",
  13: "a struct",
  14: "a union",
  15: "bytes of fixed size",
  16: "a list of fixed size",
  17: "a map",
  18: "a duration",
  19: "bytes",
  20: "text",
  21: "a list",
  22: "run-end encoded",
  23: "bytes",
  24: "text",
  25: "a list",
  26: "a list",
};

const KINDS: Readonly<Record<number, CellKind>> = {
  1: "number", // no value in any row
  2: "number",
  3: "number",
  5: "text",
  6: "boolean",
  7: "number",
  8: "date",
  10: "date",
  20: "text",
  24: "text",
};

export function arrowFields(fields: readonly ArrowField[]): readonly Field[] {
  return fields.map(({ name, type }) => ({ name, kind: kindOf(type), stored: describe(type) }));
}

function kindOf(type: DataType): CellKind | undefined {
  return type.typeId === -1 ? kindOf(type.dictionary) : KINDS[type.typeId];
}

function describe(type: DataType): string {
  if (type.typeId === -1) return `a dictionary of ${describe(type.dictionary).replace(/^an? /, "")}`;
  if (type.typeId === 13) return `a struct of ${type.children.map(({ name }) => `"${name}"`).join(", ")}`;
  return NAMES[type.typeId] ?? `of type ${type.typeId}`;
}
