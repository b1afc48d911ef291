import { expect, it } from "vitest";
import { count, formatNumber, formatPercent, listWords, sentence } from "./numbers.ts";

it.each([
  [0.123456, "0.1235"],
  [1500, "1,500"],
  [-0.5, "−0.5"],
  [-0, "0"],
  [3e-7, "3e−7"],
  [1.23456e12, "1.235e12"],
  [Number.NaN, "NaN"],
  [-Infinity, "−∞"],
])("formatNumber(%s) is %s", (x, text) => expect(formatNumber(x)).toBe(text));

it("words", () => {
  expect(formatPercent(0.9473)).toBe("94.7 %");
  expect([count(1, "class", "classes"), count(1200, "class", "classes")]).toEqual(["1 class", "1,200 classes"]);
  expect([listWords([]), listWords(["a"]), listWords(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
  expect(sentence("loss")).toBe("Loss");
});
