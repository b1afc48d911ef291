// What is in a table: types, missing values, ranges, and columns that look wrong.
import { formatNumber } from "../errors/index.ts";
import { leak } from "./leakage.ts";
import { finiteOf, moments, quantile } from "./statistics.ts";
import { type Column, type ColumnType, lengthOf, type Table, unknownColumns } from "./table.ts";

/** Seven numbers of one column; missing and infinite values are left out. Dates in milliseconds since 1970-01-01 UTC. */
export interface ColumnSummary {
  readonly min: number;
  /** A quarter of the values lies below; quantiles between two values are linear (type 7 of Hyndman & Fan, as in numpy). */
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly max: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly missing: number;
  /** How many different values, missing not counted. */
  readonly distinct: number;
  /** Undefined for categories, and for columns without a finite value. */
  readonly summary: ColumnSummary | undefined;
  /** The most frequent categories, at most ten, most frequent first; empty for numbers and dates. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Sentences: a constant, an identifier, mostly missing, infinite values, a column that gives the target away. */
  readonly warnings: readonly string[];
}

const TOP = 10;
/** Identifiers are recognized from this many rows on. */
const FEWEST_ROWS = 20;

/**
 * Describes every column. With `target`, each other column is checked for giving it away: a copy, a number column that
 * separates the classes nearly without mistake, a correlation of 0.999 or more.
 *
 * Cost: one sort per column.
 * @throws DataError when there is no column `target`.
 *
 * @example
 * ```ts
 * const table = tableFromColumns({ age: [31, NaN, 58], plan: ["basic", "basic", "basic"] });
 * profile(table).map((column) => column.warnings); // [[], ["constant: every row holds \"basic\". Drop it."]]
 * ```
 */
export function profile(table: Table, options: { target?: string } = {}): readonly ColumnProfile[] {
  const { target } = options;
  if (target !== undefined && !table.names.includes(target)) throw unknownColumns("profile", [target], table.names);
  const targetColumn = target === undefined ? undefined : table.column(target);
  return table.names.map((name) => {
    const column = table.column(name);
    const described = column.type === "category" ? describeCategories(column) : describeNumbers(column);
    const leakage = targetColumn === undefined || name === target ? undefined : leak(column, targetColumn);
    const warnings = leakage === undefined ? described.warnings : [...described.warnings, leakage];
    return { name, type: column.type, ...described, warnings };
  });
}

type Description = Omit<ColumnProfile, "name" | "type">;

function describeNumbers(column: Exclude<Column, { type: "category" }>): Description {
  const { values } = column;
  const present = values.filter((x) => !Number.isNaN(x));
  const distinct = new Set(present).size;
  const missing = values.length - present.length;
  const finite = finiteOf(present);
  const warnings = emptiness(missing, values.length);
  const infinite = present.length - finite.length;
  if (infinite > 0) warnings.push(`${infinite} values are infinite. Learners reject them.`);
  if (distinct === 1 && missing === 0)
    warnings.push(`constant: every row holds ${formatNumber(present[0]!)}. Drop it.`);
  if (column.type === "number" && missing === 0 && isCounter(values)) {
    warnings.push("identifier-like: an integer that counts the rows. Drop it unless it means something.");
  }
  if (finite.length === 0) return { missing, distinct, summary: undefined, top: [], warnings };
  const sorted = finite.toSorted();
  const summary = {
    min: sorted[0]!,
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
    max: sorted.at(-1)!,
    ...moments(finite),
  };
  return { missing, distinct, summary, top: [], warnings };
}

function describeCategories(column: Extract<Column, { type: "category" }>): Description {
  const counts = new Map<string, number>();
  let missing = 0;
  for (const code of column.codes) {
    if (code < 0) missing++;
    else counts.set(column.categories[code]!, (counts.get(column.categories[code]!) ?? 0) + 1);
  }
  const rows = lengthOf(column);
  const distinct = counts.size;
  const warnings = emptiness(missing, rows);
  const top = [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, TOP);
  if (distinct === 1 && missing === 0) warnings.push(`constant: every row holds "${top[0]!.value}". Drop it.`);
  if (rows - missing >= FEWEST_ROWS && distinct >= 0.95 * (rows - missing)) {
    warnings.push(`identifier-like: ${distinct} texts in ${rows - missing} rows. Drop it.`);
  }
  return { missing, distinct, summary: undefined, top, warnings };
}

function emptiness(missing: number, rows: number): string[] {
  if (rows === 0 || missing <= rows / 2) return [];
  if (missing === rows) return ["no value in any row. Drop it."];
  return [`${formatNumber((100 * missing) / rows)} % of the rows are missing.`];
}

/** Integers that all differ and either go up row by row or fill a range without holes. */
function isCounter(values: Float64Array): boolean {
  if (values.length < FEWEST_ROWS || !values.every(Number.isInteger)) return false;
  const ascending = values.every((x, i) => i === 0 || x > values[i - 1]!);
  if (ascending) return true;
  const sorted = values.toSorted();
  return sorted.every((x, i) => i === 0 || x === sorted[i - 1]! + 1);
}
