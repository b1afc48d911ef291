// Whether all or some entries are true.
import type { AnyArray, NDArray } from "../array/types.ts";
import { type Op, op } from "./card.ts";
import { equal } from "./equal.ts";
import { greater } from "./greater.ts";
import { sum } from "./sum.ts";

function count(x: NDArray<"bool">): AnyArray {
  return sum(x as AnyArray as NDArray); // the sum of conditions is their number
}

function quantifier(
  name: "allOf" | "anyOf",
  call: (x: NDArray<"bool">) => NDArray<"bool">,
  truth: (x: boolean[]) => boolean,
): Op<(x: NDArray<"bool">) => NDArray<"bool">> {
  const sample = (shape: readonly number[], above: number) => ({
    label: `[${shape.join(", ")}] above ${above}`,
    inputs: [{ shape, domain: [-3, 3] as const, kinks: [above] }],
    call: (x?: NDArray) => call(x!.greater(above)) as AnyArray as NDArray, // read as 0 or 1 by the law
    truth: (x: number[] = []) => [Number(truth(x.map((v) => v > above)))],
  });
  return op({ name, derivative: "none", samples: [sample([2], 0), sample([2, 2], 2), sample([3], -2)] }, call);
}

/** True where every entry is; of no entries it is true. */
export const allOf: Op<(x: NDArray<"bool">) => NDArray<"bool">> = quantifier(
  "allOf",
  (x) => equal(count(x), x.size),
  (x) => x.every(Boolean),
);
/** True where at least one entry is; of no entries it is false. */
export const anyOf: Op<(x: NDArray<"bool">) => NDArray<"bool">> = quantifier(
  "anyOf",
  (x) => greater(count(x), 0),
  (x) => x.some(Boolean),
);
