// Conditions of two conditions.
import type { AnyArray, NDArray } from "../array/types.ts";
import type { Body, Value } from "../program/index.ts";
import { type Op, op } from "./card.ts";
import { compare } from "./compare.ts";

export type Logic = Op<(x: NDArray<"bool">, y: NDArray<"bool">) => NDArray<"bool">>;

/** A connective from its plain-JS truth. */
export function logic(name: "and" | "or", sign: string, value: (x: boolean, y: boolean) => boolean): Logic {
  const inKernels = (b: Body, x: Value, y: Value): Value => b.binary(name, b.convert(x, "bool"), b.convert(y, "bool"));
  const call = compare(name, sign, (x, y) => value(x !== 0, y !== 0), inKernels);
  return op(
    {
      name,
      derivative: "none",
      samples: [
        {
          label: "[2, 3] [3]",
          inputs: [
            { shape: [2, 3], domain: [-3, 3], kinks: [0] },
            { shape: [3], domain: [-3, 3], kinks: [0] },
          ],
          call: (x, y) => call(x!.greater(0), y!.greater(0)) as AnyArray as NDArray, // read as 0 and 1 by the law
          truth: (x, y) => x!.map((v, i) => Number(value(v > 0, y![i % 3]! > 0))),
        },
      ],
    },
    (x, y) => call(x, y),
  );
}
