import { expect, it } from "vitest";
import { count, formatMetric, formatNumber, formatSpread } from "./format.ts";

it.each([
  [569, "569"],
  [12345, "12,345"],
  [0.000123456, "0.0001235"],
  [1e-9, "1e−9"],
  [-2.5, "−2.5"],
  [-0.00000125, "−1.25e−6"],
  [1234.5678, "1,235"],
  [Number.NaN, "not defined"],
  [Infinity, "∞"],
  [-Infinity, "−∞"],
  [0, "0"],
])("formatNumber(%s) is %s", (x, text) => expect(formatNumber(x)).toBe(text));

it("metrics keep four digits, so that columns line up", () => {
  expect([0.95, 0.99471, 54.3, 1, 0].map(formatMetric)).toEqual(["0.9500", "0.9947", "54.30", "1.000", "0"]);
});

it("a spread has two digits", () => expect(formatSpread(0.99466, 0.00312)).toBe("0.9947 ± 0.0031"));

it("counts say one row and many rows", () => {
  expect([count(1, "row"), count(0, "row"), count(1200, "row")]).toEqual(["1 row", "0 rows", "1,200 rows"]);
});
