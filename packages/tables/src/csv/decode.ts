// Bytes to text, cut anywhere.
import { DataError } from "steepest";

/** A decoder for one stream of UTF-8 bytes or of texts. */
export class Utf8 {
  readonly #source: string;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(source: string) {
    this.#source = source;
  }

  /** `line` is where the reader is: it goes into the message when the bytes are not UTF-8. */
  text(chunk: Uint8Array | string, line: number): string {
    return typeof chunk === "string" ? chunk : this.#decode(line, chunk);
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

/** Slices of a text, so that a long one is not copied whole at each step. */
export function* slices(text: string, size: number = 1 << 16): Iterable<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}
