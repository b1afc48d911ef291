import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactPartials, exactSum } from "./exact-sum.ts";

// Half of the terms are of like size, half spread over 600 powers of two, so that cancellation and half-way cases occur.
const term = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -300, max: 300 })).map(([m, e]) => m * 2 ** e),
);

/** The sum as an integer multiple of 2⁻¹¹⁰⁰, with no rounding at all. */
function integerSum(terms: readonly number[]): bigint {
  return terms.reduce((sum, x) => sum + scaled(x), 0n);
}

function scaled(x: number): bigint {
  let exponent = 0;
  let m = x;
  while (!Number.isInteger(m)) {
    m *= 2;
    exponent++;
  }
  return BigInt(m) << BigInt(1100 - exponent);
}

/** |integer sum − x|, to compare candidates. */
function distance(sum: bigint, x: number): bigint {
  const difference = sum - scaled(x);
  return difference < 0n ? -difference : difference;
}

function neighbors(x: number): number[] {
  const bits = new BigInt64Array(new Float64Array([x]).buffer);
  const at = (step: bigint) => new Float64Array(new BigInt64Array([bits[0]! + step]).buffer)[0]!;
  return x === 0 ? [Number.MIN_VALUE, -Number.MIN_VALUE] : [at(1n), at(-1n)];
}

describe("exactSum", () => {
  it("is the double nearest to the sum in integers", () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 40 }), (terms) => {
        const sum = integerSum(terms);
        const found = exactSum(terms);
        for (const other of neighbors(found)) {
          if (Math.abs(other) > 1e-300) expect(distance(sum, found) <= distance(sum, other)).toBe(true);
        }
      }),
    );
  });

  it("does not depend on the order of the terms", () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (terms, keys) => {
        const shuffled = terms.map((x) => [x, keys.next().value] as const).sort((a, b) => a[1] - b[1]);
        expect(exactSum(shuffled.map(([x]) => x))).toBe(exactSum(terms));
      }),
    );
  });

  it("keeps what plain addition loses", () => {
    expect(exactSum([1e16, 1, -1e16])).toBe(1);
    expect(exactSum(new Array(10).fill(0.1))).toBe(1);
    expect(exactSum([])).toBe(0);
    expect(exactSum([1, 2, 3, 4], 1, 3)).toBe(5);
  });

  it("rounds a half-way case by the terms that follow, as math.fsum does", () => {
    // 1 + 2⁻⁵³ is half-way between 1 and its neighbor; the last term decides.
    expect(exactSum([1, 2 ** -53, 2 ** -110])).toBe(1 + 2 ** -52);
    expect(exactSum([1, 2 ** -53, -(2 ** -110)])).toBe(1);
    expect(exactSum([1, 2 ** -53])).toBe(1);
  });

  it("gives what addition gives beyond the doubles", () => {
    expect(exactSum([Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Infinity);
    expect(exactSum([1, Infinity])).toBe(Infinity);
    expect(exactSum([Infinity, -Infinity])).toBeNaN();
  });

  it("exactPartials go on without rounding: a total minus its parts is 0", () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 40 }), (terms) => {
        expect(exactSum([...exactPartials(terms), ...terms.map((x) => -x)])).toBe(0);
      }),
    );
  });
});
