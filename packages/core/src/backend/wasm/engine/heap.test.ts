import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALIGNMENT, Heap } from "./heap.ts";

function heapOf(limit: number): { heap: Heap; end: () => number } {
  let end = 1024;
  const heap = new Heap(64, end, (atLeast) => {
    if (end + atLeast > limit) throw new RangeError("full");
    end += Math.ceil(atLeast / 1024) * 1024;
    return end;
  });
  return { heap, end: () => end };
}

describe("the heap", () => {
  it("never hands out ranges that overlap, and keeps them aligned and inside", () => {
    const orders = fc.array(fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: -20, max: -1 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(orders, (list) => {
        const { heap, end } = heapOf(1e6);
        const live: { at: number; bytes: number }[] = [];
        for (const order of list) {
          if (order >= 0) live.push({ at: heap.allocate(order), bytes: order });
          else if (live.length > 0) heap.release(live.splice(-order % live.length, 1)[0]!.at);
          const sorted = [...live].sort((a, b) => a.at - b.at);
          for (const [i, { at, bytes }] of sorted.entries()) {
            expect(at % ALIGNMENT).toBe(0);
            expect(at + bytes).toBeLessThanOrEqual(sorted[i + 1]?.at ?? end());
          }
        }
        for (const { at } of live) heap.release(at);
        expect(heap.bytesInUse).toBe(0);
        const whole = end() - 64;
        expect(heap.allocate(whole)).toBe(64); // everything has merged again
      }),
    );
  });

  it("takes the same place again for the same order of sizes", () => {
    const { heap } = heapOf(1e6);
    const first = [100, 5000, 300].map((bytes) => heap.allocate(bytes));
    for (const at of first) heap.release(at);
    expect([100, 5000, 300].map((bytes) => heap.allocate(bytes))).toEqual(first);
  });

  it("stays usable after it could not grow", () => {
    const { heap } = heapOf(4096);
    expect(() => heap.allocate(10_000)).toThrow("full");
    expect(heap.allocate(100)).toBe(64);
  });
});
