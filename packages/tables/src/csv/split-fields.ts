// Records to cells, by udsv.
import { InternalError } from "steepest";
import { initParser, type Parser, type Schema } from "udsv";

/** Splits records that all have `columns` fields and sound quotes. */
export type FieldSplitter = (records: readonly string[]) => string[][];

/**
 * A splitter for one delimiter and number of columns.
 *
 * Each record gets one empty field more, because udsv takes a row of a single field for a blank line; and records are joined by
 * LF whatever the file used. Quotes are looked for only where there are any: udsv is twice as fast without.
 */
export function fieldSplitter(delimiter: string, columns: number): FieldSplitter {
  const plain = parserFor(delimiter, columns + 1, "");
  const quoted = parserFor(delimiter, columns + 1, '"');
  const end = `${delimiter}\n`;
  return (records) => {
    if (records.length === 0) return [];
    const joined = records.join(end) + end;
    // udsv strips a byte order mark from every text; ours is gone already, so one that is here is data.
    const text = joined.startsWith("\ufeff") ? `\ufeff${joined}` : joined;
    const rows: string[][] = (joined.includes('"') ? quoted : plain).stringArrs(text);
    if (rows.length !== records.length) {
      throw new InternalError(`udsv read ${rows.length} rows out of ${records.length} records.`);
    }
    for (const row of rows) row.length = columns;
    return rows;
  };
}

function parserFor(delimiter: string, columns: number, quote: "" | '"'): Parser {
  // `skip` is not in udsv's types, but its parser counts header rows with it.
  const schema: Schema & { skip: number } = {
    skip: 0,
    col: delimiter,
    row: "\n",
    encl: quote,
    esc: quote,
    trim: false,
    cols: Array.from({ length: columns }, (_, i) => ({
      name: String(i),
      type: "s" as const,
      repl: { empty: undefined, null: undefined, NaN: undefined },
    })),
  };
  return initParser(schema);
}
