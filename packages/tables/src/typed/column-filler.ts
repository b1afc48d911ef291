// Cells that have a type already, to a typed column, chunk by chunk.
import { DataError } from "steepest";
import type { Column } from "steepest/data";
import { formatDate, parseDate, parseNumber } from "../cell.ts";
import { quoteText } from "../reject.ts";
import type { ChosenField } from "./field.ts";

/** Numbers, bigints, texts, booleans; dates as milliseconds since 1970-01-01 UTC. `null` and `undefined` are missing. */
export type Cells = ArrayLike<number | bigint | string | boolean | null | undefined>;

/** So many cells that do not fit are listed. */
const LISTED = 20;

interface BadCell {
  readonly row: number;
  readonly text: string;
}

/** Fills one column. */
export class ColumnFiller {
  readonly #source: string;
  readonly #field: ChosenField;
  readonly #missing: ReadonlySet<string>;
  #values: Float64Array;
  #codes: Int32Array;
  readonly #codeOf = new Map<string, number>();
  readonly #bad: BadCell[] = [];
  #badCount = 0;
  #at = 0;

  /** `rows` is how many are expected; more may come. `missing` are texts that mean missing. */
  constructor(source: string, field: ChosenField, rows: number, missing: readonly string[] = []) {
    this.#source = source;
    this.#field = field;
    this.#missing = new Set(missing.map((token) => token.trim()));
    this.#values = new Float64Array(field.type === "category" ? 0 : rows);
    this.#codes = new Int32Array(field.type === "category" ? rows : 0);
  }

  /** Takes the cells from `start` to `stop`; `row` is the number of the first one in the file, for messages. */
  fill(cells: Cells, row: number, start = 0, stop: number = cells.length): void {
    this.#reserve(stop - start);
    const first = row - start;
    if (this.#field.type === "category") {
      for (let i = start; i < stop; i++) this.#codes[this.#at++] = this.#codeAt(cells[i]);
    } else if (cells instanceof Float64Array) {
      this.#values.set(start === 0 && stop === cells.length ? cells : cells.subarray(start, stop), this.#at);
      this.#at += stop - start;
    } else {
      const read = this.#reader();
      for (let i = start; i < stop; i++) {
        const cell = cells[i];
        this.#values[this.#at++] = cell === null || cell === undefined ? NaN : read(cell, first + i);
      }
    }
  }

  /** Takes codes into a list of texts; null among these is missing. */
  fillCodes(codes: Int32Array, categories: readonly (string | null)[], row: number): void {
    if (this.#field.type !== "category") {
      this.fill(
        Array.from(codes, (code) => (code < 0 ? null : categories[code])),
        row,
      );
      return;
    }
    this.#reserve(codes.length);
    const own = categories.map((text) => this.#codeAt(text));
    for (const code of codes) this.#codes[this.#at++] = code < 0 ? -1 : own[code]!;
  }

  /** @throws DataError for texts that were promised to be numbers or dates, and for integers that f64 cannot hold. */
  finish(): Column {
    const { type } = this.#field;
    if (this.#badCount > 0) throw this.#error();
    const end = this.#at;
    if (type !== "category")
      return { type, values: this.#values.length === end ? this.#values : this.#values.slice(0, end) };
    const codes = this.#codes.length === end ? this.#codes : this.#codes.slice(0, end);
    return { type, codes, categories: [...this.#codeOf.keys()] };
  }

  #reserve(more: number): void {
    const isCategory = this.#field.type === "category";
    const needed = this.#at + more;
    if (needed <= (isCategory ? this.#codes : this.#values).length) return;
    const size = Math.max(needed, 2 * this.#at);
    if (isCategory) {
      const codes = new Int32Array(size);
      codes.set(this.#codes);
      this.#codes = codes;
    } else {
      const values = new Float64Array(size);
      values.set(this.#values);
      this.#values = values;
    }
  }

  #codeAt(cell: Cells[number]): number {
    if (cell === null || cell === undefined) return -1;
    const text = typeof cell === "string" ? cell : this.#textOf(cell);
    if (text === undefined || (this.#missing.size > 0 && this.#missing.has(text.trim()))) return -1;
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    this.#codeOf.set(text, this.#codeOf.size);
    return this.#codeOf.size - 1;
  }

  #textOf(cell: number | bigint | boolean): string | undefined {
    if (typeof cell !== "number") return String(cell);
    if (Number.isNaN(cell)) return undefined;
    if (this.#field.kind === "date") return formatDate(cell);
    return Object.is(cell, -0) ? "-0" : String(cell);
  }

  #reader(): (cell: NonNullable<Cells[number]>, row: number) => number {
    const { kind, type, promised } = this.#field;
    if (kind === "text") {
      const parse = type === "date" ? parseDate : parseNumber;
      return (cell, row) => {
        const text = String(cell);
        if (text.trim() === "" || this.#missing.has(text.trim())) return NaN;
        const value = parse(text);
        if (value !== undefined && Number.isFinite(value)) return value;
        return this.#refuse(row, quoteText(text));
      };
    }
    if (promised) return Number;
    return (cell, row) => {
      if (typeof cell !== "bigint" || (cell <= 9007199254740992n && cell >= -9007199254740992n)) return Number(cell);
      return this.#refuse(row, String(cell));
    };
  }

  #refuse(row: number, text: string): number {
    this.#badCount++;
    if (this.#bad.length < LISTED) this.#bad.push({ row, text });
    return NaN;
  }

  #error(): DataError {
    const { name, kind, type } = this.#field;
    const { row, text } = this.#bad[0]!;
    const quoted = JSON.stringify(name);
    const asText = `types: { ${quoted}: "category" } keeps the column as text`;
    const [code, reason, expected, fix] =
      kind === "number"
        ? ([
            "integer-too-large",
            `the integer ${text}, which f64 would round`,
            "integers up to 2^53",
            [asText, `types: { ${quoted}: "number" } rounds`],
          ] as const)
        : type === "date"
          ? (["column-not-date", `text that is not a date: ${text}`, "dates such as 2024-02-29", [asText]] as const)
          : ([
              "column-not-numeric",
              `text that is not a number: ${text}`,
              "numbers",
              [`missing: [${text}] treats it as missing`, asText],
            ] as const);
    const head = `${this.#source}: column "${name}" holds ${reason} in row ${row}. Expected ${expected}. ${fix.map((way) => `${way}.`).join(" ")}`;
    const others = this.#bad.map((bad) => `\n  row ${bad.row}: ${bad.text}`).join("");
    const more = this.#badCount > this.#bad.length ? `\n  … and ${this.#badCount - this.#bad.length} more` : "";
    return new DataError(
      this.#badCount === 1 ? head : `${head} ${this.#badCount} cells cannot be read:${others}${more}`,
      { code, row, column: name, received: text, expected, fix },
    );
  }
}
