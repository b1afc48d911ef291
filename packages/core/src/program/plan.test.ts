import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Lifetime, type Plan, planMemory } from "./plan.ts";

const lifetimes = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 10 }))
    .map(([bytes, from, length]) => ({ bytes, from, to: from + length })),
  { maxLength: 60 },
);

/** Two buffers that live at one step and overlap; `undefined` when the plan is right. */
function clash(list: readonly Lifetime[], { offsets, peak }: Plan): readonly [number, number] | undefined {
  for (const [i, a] of list.entries()) {
    if (offsets[i]! + a.bytes > peak || offsets[i]! % 64 !== 0) return [i, i];
    for (const [j, b] of list.entries()) {
      const together = i !== j && a.bytes > 0 && b.bytes > 0 && a.from <= b.to && b.from <= a.to;
      if (together && offsets[i]! < offsets[j]! + b.bytes && offsets[j]! < offsets[i]! + a.bytes) return [i, j];
    }
  }
  return undefined;
}

describe("the memory plan", () => {
  it("keeps buffers apart that live together", () => {
    fc.assert(
      fc.property(lifetimes, (list) => {
        const plan = planMemory(list);
        expect(clash(list, plan)).toBeUndefined();
        expect(plan.peak).toBeGreaterThanOrEqual(plan.lowerBound);
        expect(plan.peak).toBeLessThanOrEqual(plan.withoutReuse);
      }),
    );
  });

  it("notices a buffer that is released one step too early", () => {
    expect(() =>
      fc.assert(
        fc.property(lifetimes, (list) => {
          const early = list.map((life) => ({ ...life, to: Math.max(life.from, life.to - 1) }));
          expect(clash(list, planMemory(early))).toBeUndefined();
        }),
      ),
    ).toThrow();
  });

  it("uses a chain's two places in turn", () => {
    const chain = Array.from({ length: 50 }, (_, i) => ({ bytes: 1000, from: i, to: i + 1 }));
    const { peak, withoutReuse } = planMemory(chain);
    expect(peak).toBe(2048);
    expect(withoutReuse).toBe(50 * 1024);
  });
});
