import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scaleWord } from "./scale-word.ts";

const word = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(0, 1, 65535, 65536, 2 ** 31, 2 ** 32 - 1),
);
const bound = fc.oneof(
  fc.integer({ min: 1, max: 2 ** 32 }),
  fc.integer({ min: 1, max: 100 }),
  fc.constantFrom(1, 65535, 65536, 65537, 2 ** 31, 2 ** 32 - 1, 2 ** 32),
);

const exact = (high: number, low: number, n: number) =>
  Number((((BigInt(high) << 32n) | BigInt(low)) * BigInt(n)) >> 64n);

describe("scaleWord", () => {
  it("is the exact high part of the product, for all sizes of n", () => {
    fc.assert(
      fc.property(word, word, bound, (high, low, n) => {
        expect(scaleWord(high, low, n)).toBe(exact(high, low, n));
      }),
      { numRuns: 2000 },
    );
  });

  it("carries from the low word: the last word below a boundary and the first above it", () => {
    // ⌊w·3/2⁶⁴⌋ becomes 1 at w = ⌈2⁶⁴/3⌉ = 0x5555555555555556
    expect(scaleWord(0x55555555, 0x55555555, 3)).toBe(0);
    expect(scaleWord(0x55555555, 0x55555556, 3)).toBe(1);
  });

  it("the comparison catches a product in floating point", () => {
    const floating = (high: number, low: number, n: number) => Math.floor(((high * 2 ** 32 + low) * n) / 2 ** 64);
    expect(floating(0x55555555, 0x55555555, 3)).not.toBe(exact(0x55555555, 0x55555555, 3));
  });
});
