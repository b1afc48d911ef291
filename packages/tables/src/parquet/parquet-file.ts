// One open Parquet file: its fields, and a range of its rows as a table. Decoding is done by hyparquet, which is loaded here.

import type { Compressors, DecodedArray, FileMetaData, ParquetParsers } from "hyparquet";
import { DataError } from "steepest";
import { type Column, type Table, tableFromColumns } from "steepest/data";
import type { ByteSource } from "../typed/byte-source.ts";
import { type Cells, ColumnFiller } from "../typed/column-filler.ts";
import type { ChosenField } from "../typed/field.ts";
import { corrupt, emptyFile, startsWith, truncated, wrongFormat } from "../typed/format-errors.ts";
import { floorDivide } from "../typed/whole-milliseconds.ts";
import { decimalValue, type ParquetField, parquetFields, withRawDecimals } from "./fields.ts";

const EXPECTED = "a Parquet file";
const READABLE = ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4", "LZ4_RAW"];

/** So many cells may be decoded at once: about 64 MB of loose values. */
const CELLS_AT_ONCE = 1 << 20;

export class ParquetFile {
  readonly source: ByteSource;
  readonly fields: readonly ParquetField[];
  readonly rows: number;
  readonly #metadata: FileMetaData;
  readonly #hyparquet: typeof import("hyparquet");
  #compressors: Compressors | undefined;

  private constructor(source: ByteSource, metadata: FileMetaData, hyparquet: typeof import("hyparquet")) {
    this.source = source;
    this.#hyparquet = hyparquet;
    this.fields = parquetFields(hyparquet.parquetSchema(metadata));
    this.rows = Number(metadata.num_rows);
    this.#metadata = withRawDecimals(metadata);
  }

  /** @throws DataError for an empty file, a file of another kind, one that is cut off, and one whose footer is damaged. */
  static async open(source: ByteSource): Promise<ParquetFile> {
    const { name, size } = source;
    if (size === 0) throw emptyFile(name, EXPECTED);
    const head = new Uint8Array(await source.read(0, Math.min(8, size)));
    if (!startsWith(head, "PAR1")) throw wrongFormat(name, head, EXPECTED);
    const tail = new Uint8Array(await source.read(Math.max(0, size - 4)));
    if (size < 12 || !startsWith(tail, "PAR1")) throw truncated(name, "the Parquet file", `it ends without "PAR1"`);
    const hyparquet = await import("hyparquet");
    try {
      const file = { byteLength: size, slice: source.read };
      const metadata = await hyparquet.parquetMetadataAsync(file, { parsers: LENIENT, geoparquet: false });
      const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
      if (rows !== Number(metadata.num_rows)) throw new Error(`${metadata.num_rows} rows announced, ${rows} listed`);
      return new ParquetFile(source, metadata, hyparquet);
    } catch (cause) {
      throw corrupt(name, "the footer", cause);
    }
  }

  /** Row numbers where the row groups start, and the number of rows. */
  groupStarts(): readonly number[] {
    const starts = [0];
    for (const { num_rows } of this.#metadata.row_groups) starts.push(starts.at(-1)! + Number(num_rows));
    return starts;
  }

  /** Compression is looked at before anything is read. */
  async prepare(fields: readonly ChosenField[]): Promise<void> {
    const chosen = new Set(fields.map(({ name }) => name));
    let compressed = false;
    for (const { columns } of this.#metadata.row_groups) {
      for (const { meta_data } of columns) {
        const column = meta_data?.path_in_schema[0] ?? "";
        if (meta_data === undefined || !chosen.has(column)) continue;
        if (!READABLE.includes(meta_data.codec)) throw this.#unreadable(column, meta_data.codec);
        compressed ||= meta_data.codec !== "UNCOMPRESSED";
      }
    }
    if (compressed) this.#compressors = (await import("hyparquet-compressors")).compressors;
  }

  /** The rows from `start` to `stop`. What is held in the decoder's form are `CELLS_AT_ONCE` cells, or one column of a row group. */
  async table(
    fields: readonly ChosenField[],
    start: number,
    stop: number,
    missing?: readonly string[],
  ): Promise<Table> {
    const fillers = fields.map((field) => new ColumnFiller(this.source.name, field, stop - start, missing));
    const starts = this.groupStarts();
    for (let group = 0; group + 1 < starts.length; group++) {
      const from = Math.max(start, starts[group]!);
      const to = Math.min(stop, starts[group + 1]!);
      if (from >= to) continue;
      // Each call of the decoder goes through the whole schema: in a wide file, many columns share one.
      const width = Math.max(1, Math.floor(CELLS_AT_ONCE / (to - from)));
      for (let first = 0; first < fields.length; first += width) {
        const some = fields.slice(first, first + width);
        const chunks = await this.#chunks(some, from, to);
        some.forEach((field, i) => {
          this.#fill(fillers[first + i]!, field, chunks.get(field.name) ?? [], from, to);
        });
      }
    }
    return tableFromColumns(fields.map(({ name }, i): [string, Column] => [name, fillers[i]!.finish()]));
  }

  #fill(filler: ColumnFiller, { name, at }: ChosenField, chunks: readonly Chunk[], from: number, to: number): void {
    const { scale } = this.fields[at]!;
    let filled = from;
    for (const chunk of chunks) {
      const first = Math.max(chunk.rowStart, from);
      const last = Math.min(chunk.rowEnd, to);
      if (first >= last) continue;
      const cells = scale === undefined ? chunk.cells : Array.from(chunk.cells, (raw) => decimalValue(raw, scale));
      filler.fill(cells as Cells, first, first - chunk.rowStart, last - chunk.rowStart);
      filled += last - first;
    }
    if (filled === to) return;
    throw corrupt(this.source.name, where(name, from, to), new Error(`${filled - from} values found`));
  }

  /** The decoded pieces of some columns, in the order of their rows. */
  async #chunks(
    fields: readonly ChosenField[],
    rowStart: number,
    rowEnd: number,
  ): Promise<ReadonlyMap<string, readonly Chunk[]>> {
    const chunks = new Map<string, Chunk[]>(fields.map(({ name }) => [name, []]));
    try {
      await this.#hyparquet.parquetRead({
        file: { byteLength: this.source.size, slice: this.source.read },
        metadata: this.#metadata,
        columns: [...chunks.keys()],
        rowStart,
        rowEnd,
        parsers: PARSERS,
        geoparquet: false,
        useOffsetIndex: true,
        ...(this.#compressors !== undefined && { compressors: this.#compressors }),
        onChunk: (chunk) => {
          chunks
            .get(chunk.columnName)
            ?.push({ cells: chunk.columnData, rowStart: chunk.rowStart, rowEnd: chunk.rowEnd });
        },
      });
    } catch (cause) {
      const [only, ...others] = fields;
      if (others.length > 0) for (const field of fields) await this.#chunks([field], rowStart, rowEnd); // names the column
      if (cause instanceof NotText) throw this.#notText(only!.name);
      throw corrupt(this.source.name, where(only!.name, rowStart, rowEnd), cause);
    }
    return chunks;
  }

  #notText(column: string): DataError {
    return new DataError(
      `${this.source.name}: column "${column}" holds bytes that are not UTF-8 text. Leave it out with columns: […].`,
      { code: "unsupported-type", column, received: "bytes", expected: "UTF-8 text", fix: ["columns: […] without it"] },
    );
  }

  #unreadable(column: string, codec: string): DataError {
    return new DataError(
      `${this.source.name}: column "${column}" is compressed with ${codec}, which cannot be read here. Write the file again with snappy, gzip, brotli, zstd or lz4.`,
      {
        code: "unsupported-compression",
        column,
        received: codec,
        expected: READABLE.join(", "),
        fix: ["write the file again with snappy or zstd"],
      },
    );
  }
}

interface Chunk {
  readonly cells: DecodedArray;
  readonly rowStart: number;
  readonly rowEnd: number;
}

function where(column: string, start: number, stop: number): string {
  return `column "${column}", rows ${start} to ${stop - 1},`;
}

/** The footer holds least and greatest values, cut to some length: not texts, and not JSON, that could be parsed. */
const LENIENT: Partial<ParquetParsers> = { stringFromBytes: () => undefined, jsonFromBytes: () => undefined };

class NotText extends Error {}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textFromBytes(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes === null) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    throw new NotText();
  }
}

const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (ms) => (ms === undefined || ms === null ? undefined : Number(ms)),
  timestampFromMicroseconds: (us) => (us === undefined || us === null ? undefined : floorDivide(us, 1000n)),
  timestampFromNanoseconds: (ns) => (ns === undefined || ns === null ? undefined : floorDivide(ns, 1_000_000n)),
  dateFromDays: (days) => (days === undefined || days === null ? undefined : days * 86_400_000),
  stringFromBytes: textFromBytes,
  jsonFromBytes: textFromBytes,
};
