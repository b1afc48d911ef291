import { describe, expect, it } from "vitest";
import { formatCount, formatList, formatSeconds, formatSpread, formatValue, plural } from "./format.ts";

describe("numbers for people", () => {
  it.each([
    [0.0663578, "0.06636"],
    [54.4321, "54.43"],
    [2859.69634, "2860"],
    [28596.9634, "28,597"],
    [3.21e-9, "3.2e-9"],
    [1.5e9, "1.5e+9"],
    [0, "0"],
    [0.5, "0.5000"],
    [Number.NaN, "NaN"],
    [-12.3456, "-12.35"],
  ])("formatValue(%d) is %s", (x, text) => expect(formatValue(x)).toBe(text));

  it("a share has three decimals, a spread of other numbers decides the decimals of its mean", () => {
    expect(formatSpread(0.99421, 0.0041, true)).toBe("0.994 ± 0.004");
    expect(formatSpread(54.7791, 2.3381, false)).toBe("54.8 ± 2.3");
    expect(formatSpread(2999.9, 412.3, false)).toBe("3000 ± 412");
  });

  it("counts, plurals, times and lists", () => {
    expect(formatCount(1204331)).toBe("1,204,331");
    expect([plural(1, "row"), plural(0, "row"), plural(2, "class", "classes")]).toEqual([
      "1 row",
      "0 rows",
      "2 classes",
    ]);
    expect([formatSeconds(0.0123), formatSeconds(3.21), formatSeconds(83.4)]).toEqual(["0.01 s", "3.2 s", "83 s"]);
    expect(formatList(["a", "b", "c"], 2)).toBe("a, b and 1 more");
  });
});
