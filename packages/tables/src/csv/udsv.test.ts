// What udsv does with texts that are not well formed: the reasons why records are cut and counted before it sees them.
// When a new version fails here, look whether scanner.ts can get simpler.

import { initParser, type Schema } from "udsv";
import { describe, expect, it } from "vitest";

function parser(columns: number, quote: "" | '"', lineBreak = "\n") {
  const cols = Array.from({ length: columns }, (_, i) => ({
    name: String(i),
    type: "s" as const,
    repl: { empty: undefined, null: undefined, NaN: undefined },
  }));
  const schema: Schema & { skip: number } = {
    skip: 0,
    col: ",",
    row: lineBreak,
    encl: quote,
    esc: quote,
    trim: false,
    cols,
  };
  return initParser(schema);
}

describe("udsv 0.7.3", () => {
  it("reads a row that is too short across the line break", () => {
    expect(parser(3, "").stringArrs("1,2\n3,4,5\n")).toEqual([["1", "2\n3", "4,5"]]);
    expect(parser(3, '"').stringArrs("1,2\n3,4,5\n")).toEqual([["1", "2\n3", "4,5"]]);
  });

  it("puts what is too long into the last column", () => {
    expect(parser(2, "").stringArrs("1,2,3\n")).toEqual([["1", "2,3"]]);
  });

  it("drops the rows of a single column, but for the last, once it looks for quotes", () => {
    expect(parser(1, '"').stringArrs('"a"\nb\nc\n')).toEqual([["c"]]);
  });

  it("loses the quoted part when text follows a closing quote", () => {
    expect(parser(2, '"').stringArrs('"a"x,b\n')).toEqual([["x", "b"]]);
  });

  it("loses what follows a quote that is not closed", () => {
    expect(parser(2, '"').stringArrs('a,b\n"c,d\n')).toEqual([["a", "b"]]);
  });

  it("takes a byte order mark off every text, not only off the first", () => {
    expect(parser(2, "").stringArrs("\ufeffa,b\n")).toEqual([["a", "b"]]);
  });

  it("splits well-formed rows with one empty column more, which is all that is asked of it", () => {
    const text = '"a ""b""","c\n,d",\n"",,\nx"y,z,\n';
    expect(parser(3, '"').stringArrs(text)).toEqual([
      ['a "b"', "c\n,d", ""],
      ["", "", ""],
      ['x"y', "z", ""],
    ]);
    expect(parser(2, '"').stringArrs('"a",\n"",\nb,\n')).toEqual([
      ["a", ""],
      ["", ""],
      ["b", ""],
    ]);
  });
});
