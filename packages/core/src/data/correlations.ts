// Pairs of number columns that carry nearly the same information.
import { OptionChecker } from "../errors/index.ts";
import { correlation, innerProduct, unitDeviations } from "./statistics.ts";
import type { Table } from "./table.ts";

/** One pair of number columns and Pearson's r over the rows where both are present. */
export interface CorrelatedPair {
  readonly a: string;
  readonly b: string;
  readonly r: number;
}

/**
 * Pairs of number columns with |r| above a limit, strongest first.
 *
 * Rows where one of the two is missing are left out of that pair; constant columns have no correlation.
 * Cost: d²/2 passes over the rows for d number columns.
 *
 * @example
 * ```ts
 * const table = tableFromColumns({ meter: [1, 2, 3], foot: [3.28, 6.56, 9.84], age: [4, 1, 7] });
 * correlations(table, { above: 0.9 }).map(({ a, b }) => [a, b]); // [["meter", "foot"]]
 * ```
 */
export function correlations(
  table: Table,
  options: {
    /** Default 0.9. */
    above?: number;
  } = {},
): readonly CorrelatedPair[] {
  new OptionChecker("correlations", options, ["above"]).number("above", 0, 1).done();
  const { above = 0.9 } = options;
  const columns = table.names.flatMap((name) => {
    const column = table.column(name);
    if (column.type !== "number") return [];
    const { values } = column;
    return [{ name, values, unit: values.every(Number.isFinite) ? unitDeviations(values) : undefined }];
  });
  const pairs: CorrelatedPair[] = [];
  for (let i = 0; i < columns.length; i++) {
    const x = columns[i]!;
    for (let j = i + 1; j < columns.length; j++) {
      const y = columns[j]!;
      const r = x.unit && y.unit ? innerProduct(x.unit, y.unit) : pairwise(x.values, y.values);
      if (r !== undefined && Math.abs(r) > above) pairs.push({ a: x.name, b: y.name, r });
    }
  }
  return pairs.sort((p, q) => Math.abs(q.r) - Math.abs(p.r));
}

function pairwise(x: Float64Array, y: Float64Array): number | undefined {
  const present = (_: number, row: number) => Number.isFinite(x[row]) && Number.isFinite(y[row]);
  return correlation(x.filter(present), y.filter(present));
}
