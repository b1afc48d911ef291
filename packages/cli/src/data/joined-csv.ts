// Several CSV files with one header, as the bytes of one: rows count through all of them.
import { createReadStream } from "node:fs";
import { RequestError } from "../failure.ts";

const [NEWLINE, RETURN, QUOTE] = [0x0a, 0x0d, 0x22];

/** The first file as it is, the others without their headers. @throws RequestError when headers differ. */
export async function* joinedCsv(paths: readonly string[]): AsyncGenerator<Uint8Array, void> {
  let header: string | undefined;
  for (const path of paths) {
    let head: Uint8Array = new Uint8Array();
    let isInside = false;
    let last = NEWLINE;
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      let rest = chunk;
      if (!isInside) {
        head = Buffer.concat([head, chunk]);
        const end = headerEnd(head);
        if (end === undefined) continue;
        const own = textOf(head.subarray(0, end));
        isInside = true;
        if (header !== undefined && own !== header) throw headersDiffer(paths[0]!, path, header, own);
        rest = header === undefined ? head : head.subarray(end);
        header ??= own;
      }
      if (rest.length > 0) last = rest.at(-1)!;
      yield rest;
    }
    if (!isInside && head.length > 0) {
      // a header alone, without an end of line
      const own = textOf(head);
      if (header !== undefined && own !== header) throw headersDiffer(paths[0]!, path, header, own);
      if (header === undefined) yield head;
      header ??= own;
      last = head.at(-1)!;
    }
    if (last !== NEWLINE) yield Uint8Array.of(NEWLINE);
  }
}

/** Behind the first end of a line that is not in quotes. */
function headerEnd(bytes: Uint8Array): number | undefined {
  let isQuoted = false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === QUOTE) isQuoted = !isQuoted;
    if (
      !isQuoted &&
      (bytes[i] === NEWLINE || (bytes[i] === RETURN && i + 1 < bytes.length && bytes[i + 1] !== NEWLINE))
    )
      return i + 1;
  }
  return undefined;
}

function textOf(header: Uint8Array): string {
  return new TextDecoder().decode(header).trimEnd(); // the decoder drops a byte-order mark
}

function headersDiffer(first: string, path: string, expected: string, received: string): RequestError {
  return new RequestError([
    {
      class: "DataError",
      code: "headers-differ",
      message: `the files of a pattern must have equal headers, and that of "${path}" differs from "${first}"`,
      where: { file: path, line: 1 },
      received: `"${received}"`,
      expected: `"${expected}"`,
      fix: ["name the columns alike, in one order", "choose other files"],
    },
  ]);
}
