import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectDelimiter } from "./delimiter.ts";
import { type CsvRecord, RecordScanner } from "./scanner.ts";

function scan(chunks: readonly string[], delimiter = ","): CsvRecord[] {
  const scanner = new RecordScanner(delimiter);
  return [...chunks.flatMap((chunk) => scanner.push(chunk)), ...scanner.end()];
}
const summary = (records: CsvRecord[]) => records.map(({ text, line, fields }) => [text, line, fields]);

describe("RecordScanner", () => {
  it("cuts at LF, CRLF and CR, counts fields and lines, and leaves out blank lines", () => {
    expect(summary(scan(["a,b\r\n1,2\r\r\n\n3\n4,5,6"]))).toEqual([
      ["a,b", 1, 2],
      ["1,2", 2, 2],
      ["3", 5, 1],
      ["4,5,6", 6, 3],
    ]);
  });

  it("keeps line breaks and delimiters inside of quotes", () => {
    expect(summary(scan(['"a\n,""b\r\n",c\nd,e\n']))).toEqual([
      ['"a\n,""b\r\n",c', 1, 2],
      ["d,e", 4, 2],
    ]);
  });

  it("takes a quote inside of an unquoted field as it is, and remembers it", () => {
    expect(scan(['5" pipe,x\n', "a,b\n"])).toEqual([
      { text: '5" pipe,x', line: 1, fields: 2, strayQuote: true },
      { text: "a,b", line: 2, fields: 2, strayQuote: false },
    ]);
  });

  it("finds text after a closing quote, and a quote that is not closed", () => {
    expect(scan(['"a"b,c\nd,e\n']).map(({ problem }) => problem)).toEqual(["text after a closing quote", undefined]);
    expect(scan(['a,b\n"c,d\n']).map(({ problem }) => problem)).toEqual([undefined, "a quote that is not closed"]);
  });

  it("gives the same records however the text is cut", () => {
    const piece = fc.constantFrom("a", ",", '"', '""', "\n", "\r", "\r\n", ";", "é", "\ud83d\ude00");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const whole = scan([text]);
        expect(scan([...text])).toEqual(whole);
        expect(scan(text.split(/(?<=")/))).toEqual(whole);
        expect(scan(pieces)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });
});

describe("detectDelimiter", () => {
  it.each([
    ["a,b;c,d\n", ","],
    ["a;b;c,d\n", ";"],
    ["a\tb\n", "\t"],
    ["a\n", ","],
    ['"a;b;c;d",e\n', ","],
    ['a,"b;c;d"\n', ","],
    ['"a\nb";c\n', ";"],
  ])("reads %j as separated by %j", (head, delimiter) => {
    expect(detectDelimiter(head, true)).toBe(delimiter);
  });

  it("waits for the end of the header line", () => {
    expect(detectDelimiter("a;b", false)).toBeUndefined();
    expect(detectDelimiter('"a\n', false)).toBeUndefined();
    expect(detectDelimiter("a;b", true)).toBe(";");
  });
});
