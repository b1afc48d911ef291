// From cells to typed columns. A row enters only when all its cells fit.
import { type Column, type Table, tableFromColumns } from "steepest/data";
import { type Decimal, parseDate, parseNumber } from "../cell.ts";
import { quoteText, type RejectedRow } from "../reject.ts";
import type { PlannedColumn } from "../schema.ts";
import type { RowBlock } from "./rows.ts";

/** The rows of a block that were accepted, as positions in it, and those that were not. */
export interface Converted {
  readonly accepted: readonly number[];
  readonly rejects: readonly RejectedRow[];
}

/** Collects rows into columns. */
export class TableBuilder {
  readonly #plan: readonly PlannedColumn[];
  readonly #missing: ReadonlySet<string>;
  readonly #decimal: Decimal;
  #columns: ColumnBuilder[] = [];
  /** The values of the row that is being read. */
  readonly #row: Float64Array;
  #rows = 0;

  constructor(plan: readonly PlannedColumn[], missing: ReadonlySet<string>, decimal: Decimal = ".") {
    this.#plan = plan;
    this.#missing = missing;
    this.#decimal = decimal;
    this.#row = new Float64Array(plan.length);
    this.#start();
  }

  get rows(): number {
    return this.#rows;
  }

  add(block: RowBlock): Converted {
    const accepted: number[] = [];
    const rejects: RejectedRow[] = [];
    for (let i = 0; i < block.cells.length; i++) {
      const cells = block.cells[i]!;
      const bad = this.#read(cells);
      if (bad === undefined) {
        this.#keep(cells);
        accepted.push(i);
      } else {
        rejects.push({
          row: block.rows[i]!,
          line: block.lines[i]!,
          text: block.texts[i]!,
          ...describeBadCell(bad, cells, this.#decimal),
        });
      }
    }
    return { accepted, rejects };
  }

  /** The table of all rows since the last call. */
  take(): Table {
    const table = tableFromColumns(this.#plan.map(({ name }, i) => [name, this.#columns[i]!.finish()] as const));
    this.#start();
    return table;
  }

  #start(): void {
    this.#columns = this.#plan.map(({ type }) => new ColumnBuilder(type));
    this.#rows = 0;
  }

  /** Fills `#row`; returns the first column whose cell does not fit. */
  #read(cells: readonly string[]): PlannedColumn | undefined {
    for (let i = 0; i < this.#plan.length; i++) {
      const column = this.#plan[i]!;
      const cell = cells[column.at]!;
      if (this.#missing.has(cell.trim())) this.#row[i] = NaN;
      else if (column.type !== "category") {
        const value = column.type === "number" ? parseNumber(cell, this.#decimal) : parseDate(cell);
        if (value === undefined || !Number.isFinite(value)) return column;
        this.#row[i] = value;
      } else this.#row[i] = 0; // present; its code is given in #keep
    }
    return undefined;
  }

  #keep(cells: readonly string[]): void {
    for (let i = 0; i < this.#plan.length; i++) {
      const text = Number.isNaN(this.#row[i]!) ? undefined : cells[this.#plan[i]!.at]!;
      this.#columns[i]!.push(this.#row[i]!, text);
    }
    this.#rows++;
  }
}

class ColumnBuilder {
  readonly #type: Column["type"];
  readonly #values: number[] = [];
  readonly #codeOf = new Map<string, number>();

  constructor(type: Column["type"]) {
    this.#type = type;
  }

  /** `text` is undefined where the cell is missing. */
  push(value: number, text: string | undefined): void {
    this.#values.push(this.#type === "category" ? this.#code(text) : value);
  }

  finish(): Column {
    const type = this.#type;
    if (type !== "category") return { type, values: Float64Array.from(this.#values) };
    return { type, codes: Int32Array.from(this.#values), categories: [...this.#codeOf.keys()] };
  }

  #code(text: string | undefined): number {
    if (text === undefined) return -1;
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    this.#codeOf.set(text, this.#codeOf.size);
    return this.#codeOf.size - 1;
  }
}

type BadCell = Pick<RejectedRow, "column" | "code" | "reason" | "received" | "expected" | "fix">;

function describeBadCell({ name, type, at }: PlannedColumn, cells: readonly string[], decimal: Decimal): BadCell {
  const cell = cells[at]!;
  const received = quoteText(cell);
  const asMissing = `missing: [${JSON.stringify(cell.trim())}] treats it as missing`;
  const asText = `types: { ${JSON.stringify(name)}: "category" } keeps the column as text`;
  const common = { column: name, received };
  if (type === "date") {
    return {
      ...common,
      code: "column-not-date",
      reason: `column "${name}" holds text that is not a date: ${received}`,
      expected: "a date such as 2024-02-29 or 2024-02-29T12:30:00Z, or an empty cell",
      fix: [asMissing, asText],
    };
  }
  if (parseNumber(cell, decimal) === undefined) {
    return {
      ...common,
      code: "column-not-numeric",
      reason: `column "${name}" holds text that is not a number: ${received}`,
      expected: "a number or an empty cell",
      fix: [asMissing, asText],
    };
  }
  return {
    ...common,
    code: "not-finite",
    reason: `column "${name}" holds a number that is not finite: ${received}`,
    expected: "a finite number or an empty cell",
    fix: [asMissing],
  };
}
