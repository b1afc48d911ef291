import { expect, it } from "vitest";
import { fitText, textWidth, widest } from "./text-width.ts";

// advance widths of DejaVu Sans 2.37 at 100 pixels, from its hmtx table (units per em 2048)
it.each([
  ["mean radius", (1995 + 1260 + 1255 + 1298 + 651 + 842 + 1255 + 1300 + 569 + 1298 + 1067) / 20.48],
  ["0.9947", (1303 * 5 + 651) / 20.48],
  ["ill", (569 * 3) / 20.48],
  ["WARM", (2025 + 1401 + 1423 + 1767) / 20.48],
])("%s is within a tenth of its width in DejaVu Sans", (text, exact) => {
  expect(Math.abs(textWidth(text, 100) / exact - 1)).toBeLessThan(0.1);
});

it("cuts with an ellipsis at the limit, and leaves short text alone", () => {
  expect(fitText("radius", 100)).toBe("radius");
  const cut = fitText("a very long name of a column", 80);
  expect(cut).toMatch(/^a very.*…$/);
  expect(textWidth(cut)).toBeLessThanOrEqual(80);
});

it("never cuts a surrogate pair in two", () => {
  expect(fitText("🙂🙂🙂🙂🙂🙂", 40)).toMatch(/^(🙂)+…$/u);
});

it("widest stops at the limit, and is 0 for nothing", () => {
  expect(widest(["aa", "aaaa"], 1000)).toBe(textWidth("aaaa"));
  expect(widest(["aaaa"], 10)).toBe(10);
  expect(widest([], 10)).toBe(0);
});
