import { describe, expect, it } from "vitest";
import { flagName, integer, list, number, pairs, readFlags, word } from "./flags.ts";

const schemas = {
  l2: number("a number of 0 or more", (n) => n >= 0),
  cv: integer(2),
  drop: list,
  solver: word(["lbfgs", "qr"]),
  min: pairs(number("a number"), "gates such as auc=0.9"),
};

describe("flags", () => {
  it("become values", () => {
    const given = { l2: "1e-3", cv: "5", drop: ["a, b", "c"], solver: "qr", min: ["auc=0.9,f1=.8", "a=b=1"] };
    expect(readFlags(schemas, given)).toEqual({
      values: {
        l2: 0.001,
        cv: 5,
        drop: ["a", "b", "c"],
        solver: "qr",
        min: new Map([
          ["auc", 0.9],
          ["f1", 0.8],
          ["a=b", 1],
        ]),
      },
      problems: [],
    });
  });

  it("all problems come at once, each with what was expected", () => {
    const given = { l2: "-1", cv: "2.5", drop: ["a,,b"], solver: "lbfsg", min: ["auc"] };
    const { values, problems } = readFlags(schemas, given);
    expect(values).toEqual({});
    expect(problems.map((p) => p.message)).toEqual([
      '--l2 must be a number of 0 or more, got "-1"',
      '--cv must be a whole number of at least 2, got "2.5"',
      '--drop must be names, separated by commas, got "a,,b"',
      '--solver must be one of lbfgs, qr, got "lbfsg"',
      '--min must be gates such as auc=0.9, got "auc"',
    ]);
  });

  it.each(["", " ", "abc", "NaN", "Infinity", "1,5"])("%j is no number", (text) => {
    expect(readFlags(schemas, { l2: text }).problems).toHaveLength(1);
  });

  it("names are those of the command line", () => expect(flagName("classWeight")).toBe("--class-weight"));
});
