// Flags that `train` and `evaluate` have in common: how a table is read, and what its metrics must reach.
import type { FileFormat } from "@steepest/tables";
import type { ColumnType } from "steepest/data";
import { type Flag, list, number, pairs, word } from "../flags.ts";
import { FORMAT_FLAG } from "./source.ts";

export const READING_FLAGS: {
  readonly types: Flag<string[], ReadonlyMap<string, ColumnType>>;
  readonly missing: Flag<string[], string[]>;
  readonly decimal: Flag<string, "." | ",">;
  readonly onBadRow: Flag<string, "stop" | "skip">;
  readonly format: Flag<string, FileFormat>;
} = {
  types: pairs(
    word(["number", "category", "date"]),
    "columns with types (number, category or date), such as zip=category,age=number",
  ),
  missing: list,
  decimal: word([".", ","]),
  onBadRow: word(["stop", "skip"]),
  format: FORMAT_FLAG,
};

type Gates = Flag<string[], ReadonlyMap<string, number>>;

export const GATE_FLAGS: { readonly min: Gates; readonly max: Gates } = {
  min: pairs(number("a number"), "metrics with limits, such as auc=0.9"),
  max: pairs(number("a number"), "metrics with limits, such as rmse=60"),
};
