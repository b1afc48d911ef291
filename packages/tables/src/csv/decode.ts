// Bytes to text, cut anywhere.
import { DataError } from "steepest";

/** A decoder for one stream of UTF-8 bytes or of texts. */
export class Utf8 {
  readonly #source: string;
  #begun = false;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(source: string) {
    this.#source = source;
  }

  /** `line` is where the reader is: it goes into the message when the bytes are not UTF-8. */
  text(chunk: Uint8Array | string, line: number): string {
    if (typeof chunk === "string") return chunk;
    if (!this.#begun && chunk.length > 0) {
      this.#begun = true;
      refuseOtherFormats(this.#source, chunk);
    }
    return this.#decode(line, chunk);
  }

  end(line: number): string {
    return this.#decode(line);
  }

  #decode(line: number, chunk?: Uint8Array): string {
    try {
      return chunk === undefined ? this.#decoder.decode() : this.#decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new DataError(
        `${this.#source}: the bytes after line ${line} are not UTF-8. Convert the file first, for example with: iconv -f windows-1252 -t utf-8.`,
        {
          code: "not-utf8",
          received: "bytes that are not UTF-8",
          expected: "UTF-8 text",
          fix: ["iconv -f windows-1252 -t utf-8"],
          cause,
        },
      );
    }
  }
}

/** Files that are no UTF-8 text and say so in their first bytes: what they are, and the way out. */
const OTHERS: readonly { readonly bytes: readonly number[]; readonly what: string; readonly fix: string }[] = [
  { bytes: [0xff, 0xfe], what: "UTF-16 text", fix: "convert it with iconv -f utf-16 -t utf-8" },
  { bytes: [0xfe, 0xff], what: "UTF-16 text", fix: "convert it with iconv -f utf-16 -t utf-8" },
  {
    bytes: [0x50, 0x4b, 3, 4],
    what: "a ZIP archive, as Excel's .xlsx files are",
    fix: "save it as CSV (UTF-8), or unpack the archive",
  },
  { bytes: [0x1f, 0x8b], what: "packed by gzip", fix: "unpack it with gunzip" },
  { bytes: [0x50, 0x41, 0x52, 0x31], what: "a Parquet file", fix: "convert it to CSV, or read it with readParquet" },
];

function refuseOtherFormats(source: string, start: Uint8Array): void {
  const known = OTHERS.find(({ bytes }) => bytes.every((byte, i) => start[i] === byte));
  if (known === undefined) return;
  throw new DataError(
    `${source}: the file is ${known.what}, not CSV as UTF-8 text. ${known.fix.replace(/^./, (letter) => letter.toUpperCase())}.`,
    {
      code: "not-csv",
      received: known.what,
      expected: "CSV as UTF-8 text",
      fix: [known.fix],
    },
  );
}

/** Slices of a text, so that a long one is not copied whole at each step. */
export function* slices(text: string, size: number = 1 << 16): Iterable<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}
