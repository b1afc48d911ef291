import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { descendingOrder } from "./descending-order.ts";

/** By comparison, the definition. */
function sorted(scores: Float64Array): number[] {
  return [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
}

// Few distinct values, signed zeros, denormals and extremes, so that ties and every digit occur.
const score = fc.oneof(
  fc.constantFrom(0, -0, 0.5, -0.5, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

describe("descendingOrder", () => {
  it("orders short lists as comparison does, equal scores by row", () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 60 }), (values) => {
        const scores = Float64Array.from(values);
        expect([...descendingOrder(scores)]).toEqual(sorted(scores));
      }),
    );
  });

  it("orders long lists as comparison does, by radix", () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 60 }), (values) => {
        const scores = Float64Array.from({ length: 5000 }, (_, i) => values[(i * 7919) % values.length]!);
        expect([...descendingOrder(scores)]).toEqual(sorted(scores));
      }),
      { numRuns: 50 },
    );
  });
});
