// The options that all readers share, and their check.
import { OptionError } from "steepest";
import type { ColumnType } from "steepest/data";
import type { Decimal } from "./cell.ts";
import { DELIMITERS, type Delimiter } from "./csv/delimiter.ts";
import type { ColumnSpec } from "./schema.ts";

/** What every reader understands, whatever the format. */
export interface ReadOptions {
  /** Only these columns, in this order. Not together with `schema`. Default: all. */
  columns?: readonly string[];
  /** Types that are promised for some columns; the others are inferred, or those of the file. Not together with `schema`. */
  types?: Readonly<Record<string, ColumnType>>;
  /** Exactly these columns are read, in this order, and nothing is inferred; others in the file are left aside. */
  schema?: readonly ColumnSpec[];
  /** Texts that mean missing, besides the empty cell of a CSV file: `["NA", "n/a"]`. Default none. */
  missing?: readonly string[];
  /** What messages begin with, such as the name of the file. Default: the name of the function or the path. */
  source?: string;
}

export interface CsvOptions extends ReadOptions {
  /** Default: read off the header line. */
  delimiter?: Delimiter;
  /** The sign before decimals: with "," cells such as 1033,86 and 1.033,86 are numbers. Default ".". */
  decimal?: Decimal;
  /** What to do with rows that cannot be read: throw an error that lists them, or leave them out and report them. Default "throw". */
  onBadRow?: "throw" | "skip";
}

const SHARED = ["columns", "types", "schema", "missing", "source"] satisfies (keyof ReadOptions)[];
const CSV_ONLY = ["delimiter", "decimal", "onBadRow"] satisfies (keyof CsvOptions)[];
const TYPES: readonly string[] = ["number", "category", "date"] satisfies ColumnType[];

/** @throws OptionError with every problem of the options of a CSV reader. */
export function checkOptions(owner: string, options: CsvOptions, more: readonly string[] = []): void {
  checkReadOptions(owner, options, [...CSV_ONLY, ...more]);
}

/** @throws OptionError with every problem of the options; `more` names those that the reader knows besides the shared ones. */
export function checkReadOptions(owner: string, options: CsvOptions, more: readonly string[] = []): void {
  const problems: { option: string; text: string }[] = [];
  const known: readonly string[] = [...SHARED, ...more];
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      problems.push({ option: name, text: `unknown option "${name}"; there are ${known.join(", ")}.` });
  }
  const { delimiter, decimal, columns, types, schema, onBadRow } = options;
  if (delimiter !== undefined && !DELIMITERS.includes(delimiter)) {
    const text = `delimiter must be "," or ";" or "\\t", got ${JSON.stringify(delimiter)}.`;
    problems.push({ option: "delimiter", text });
  }
  if (decimal !== undefined && decimal !== "." && decimal !== ",") {
    problems.push({ option: "decimal", text: `decimal must be "." or ",", got ${JSON.stringify(decimal)}.` });
  }
  if (types !== undefined && schema !== undefined) {
    problems.push({ option: "types", text: "give types or schema, not both." });
  }
  if (columns !== undefined && schema !== undefined) {
    problems.push({ option: "columns", text: "give columns or schema, not both." });
  }
  const specs = [...Object.entries(types ?? {}), ...(schema ?? []).map(({ name, type }) => [name, type] as const)];
  for (const [name, type] of specs) {
    if (TYPES.includes(type)) continue;
    const text = `the type of "${name}" must be one of "number", "category", "date", got ${JSON.stringify(type)}.`;
    problems.push({ option: schema === undefined ? "types" : "schema", text });
  }
  if (onBadRow !== undefined && onBadRow !== "throw" && onBadRow !== "skip") {
    problems.push({ option: "onBadRow", text: `onBadRow must be "throw" or "skip", got ${JSON.stringify(onBadRow)}.` });
  }
  const [first] = problems;
  if (first === undefined) return;
  throw new OptionError(`${owner}: ${problems.map(({ text }) => text).join(" ")}`, {
    code: "invalid-option",
    option: first.option,
  });
}

/** @throws OptionError unless the number of rows per batch is a positive integer. */
export function checkBatchRows(owner: string, batchRows: number): void {
  if (Number.isInteger(batchRows) && batchRows >= 1) return;
  throw new OptionError(`${owner}: batchRows must be a positive integer, got ${batchRows}.`, {
    code: "invalid-option",
    option: "batchRows",
  });
}
