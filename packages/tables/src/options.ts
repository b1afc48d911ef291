// The options that all readers share, and their check.
import { OptionError } from "steepest";
import type { ColumnType } from "steepest/data";
import { DELIMITERS, type Delimiter } from "./delimiter.ts";
import type { ColumnSpec } from "./schema.ts";

export interface CsvOptions {
  /** Default: read off the header line. */
  delimiter?: Delimiter;
  /** Types that are promised for some columns; the others are inferred. Not together with `schema`. */
  types?: Readonly<Record<string, ColumnType>>;
  /** Exactly these columns are read, in this order, and nothing is inferred; others in the file are left aside. */
  schema?: readonly ColumnSpec[];
  /** Texts that mean missing, besides the empty cell: `["NA", "n/a"]`. Default none. */
  missing?: readonly string[];
  /** What to do with rows that cannot be read: throw an error that lists them, or leave them out and report them. Default "throw". */
  onBadRow?: "throw" | "skip";
  /** What messages begin with, such as the name of the file. Default: the name of the function or the path. */
  source?: string;
}

const KNOWN = ["delimiter", "types", "schema", "missing", "onBadRow", "source"] satisfies (keyof CsvOptions)[];
const TYPES: readonly string[] = ["number", "category", "date"] satisfies ColumnType[];

/** @throws OptionError with every problem of the options. */
export function checkOptions(owner: string, options: CsvOptions, more: readonly string[] = []): void {
  const problems: { option: string; text: string }[] = [];
  const known: readonly string[] = [...KNOWN, ...more];
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      problems.push({ option: name, text: `unknown option "${name}"; there are ${known.join(", ")}.` });
  }
  const { delimiter, types, schema, onBadRow } = options;
  if (delimiter !== undefined && !DELIMITERS.includes(delimiter)) {
    const text = `delimiter must be "," or ";" or "\\t", got ${JSON.stringify(delimiter)}.`;
    problems.push({ option: "delimiter", text });
  }
  if (types !== undefined && schema !== undefined) {
    problems.push({ option: "types", text: "give types or schema, not both." });
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
