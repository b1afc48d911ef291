// vmap of an operation is a loop over examples, and so are derivatives inside and outside of it.
import { concat, type NDArray, stack } from "../array/index.ts";
import { grad, vmap } from "../autodiff/index.ts";
import type { OpCard, OpSample } from "../ops/index.ts";
import { sameShape } from "../program/index.ts";
import { cut, type Draw } from "./op-draw.ts";
import { expectClose, LawError } from "./runner.ts";

/** Two exact ways to the same number differ by rounding alone. */
const EXACT = 1e-11;

/** All examples at once give what one after the other gives, also where one input is shared by all; so do gradients, taken inside and outside. */
export function batchLaw(sample: OpSample, draws: readonly Draw[], derivative: OpCard["derivative"]): void {
  const examples = draws.map((draw) => draw.inputs());
  const [first] = examples as [NDArray[]];
  const w = draws[0]!.direction([examples.length, ...sample.call(...first).shape], "w");
  const gradient = (f: (...xs: NDArray[]) => NDArray, xs: readonly NDArray[], weights: NDArray): NDArray =>
    grad((v: NDArray) =>
      f(...cut(v, xs))
        .mul(weights)
        .sum(),
    )(concat(xs.map((x) => x.flatten())));
  for (let shared = -1; shared < (first.length > 1 ? first.length : 0); shared++) {
    const given = first.map((x, k) => (k === shared ? x : stack(examples.map((xs) => xs[k]!))));
    const inAxes = first.map((_, k) => (k === shared ? null : 0));
    type Example = (...xs: NDArray[]) => NDArray;
    const mapped =
      (f: Example) =>
      (...xs: NDArray[]) =>
        vmap(f, { inAxes })(...xs);
    const looped =
      (f: Example) =>
      (...xs: NDArray[]) =>
        stack(examples.map((_, i) => f(...xs.map((x, k) => (k === shared ? x : x.at(i))))));
    const compare = (what: string, actual: NDArray, expected: NDArray): void => {
      if (!sameShape(actual.shape, expected.shape) || actual.dtype !== expected.dtype) {
        throw new LawError(`${what}: ${actual.dtype}[${actual.shape.join(", ")}] under vmap.`);
      }
      expectClose(`${what} under vmap`, actual.toArray(), expected.toArray(), EXACT);
    };
    compare("value", mapped(sample.call)(...given), looped(sample.call)(...given));
    if (derivative === "none") continue;
    const inside: Example = (...xs) => gradient(sample.call, xs, w.at(0));
    compare("gradient", mapped(inside)(...given), looped(inside)(...given));
    compare("gradient of all", gradient(mapped(sample.call), given, w), gradient(looped(sample.call), given, w));
  }
}
