import type { AnyArray, NDArray } from "../array/types.ts";
import { apply, type Primitive, type Tensor, wrap } from "../program/index.ts";
import { type Op, op } from "./card.ts";

const primitive: Primitive<{ label: string; show: (x: Tensor) => void }> = {
  name: "debugPrint",
  effect: true,
  infer: ([x]) => x!,
  evaluate([x], output, { show }) {
    show(x!);
    output.data.set(x!.data);
  },
  jvp: ({ tangents: [dx] }) => dx,
  batch: ({ inputs, params }) => apply(primitive, inputs, params) as NDArray,
  formula: ([x], { label }) => `print(${x}, "${label}")`,
};

/**
 * Passes x on, and prints its label and numbers when the program runs, not when it is traced. Under `vmap` all examples are
 * printed at once, with their axis in front.
 *
 * @example
 * ```ts
 * import { grad, type Scalar } from "steepest";
 * import { debugPrint } from "steepest/ops";
 * const lines: string[] = [];
 * const f = (x: Scalar): Scalar => debugPrint(x.square(), "x²", { print: (line) => lines.push(line) }).exp();
 * grad(f)(1);
 * console.log(lines[0]); // x²: 1
 * ```
 */
export const debugPrint: Op<
  <A extends AnyArray>(x: A, label: string, options: { print: (text: string) => void }) => A
> = op(
  {
    name: "debugPrint",
    derivative: "both modes",
    samples: [
      {
        label: "[3]",
        inputs: [{ shape: [3], domain: [-3, 3] }],
        call: (x) => debugPrint(x!, "x", { print: () => undefined }),
        truth: (x) => x!,
      },
    ],
  },
  <A extends AnyArray>(x: A, label: string, { print }: { print: (text: string) => void }): A =>
    apply(primitive, [x], { label, show: (values) => print(`${label}: ${wrap(x, values)}`) }) as A, // same shape and kind
);
