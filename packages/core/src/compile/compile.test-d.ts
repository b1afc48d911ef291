// What the compiler must accept and reject of `compile`. Checked by the type check; nothing here runs.
import { compile, grad, type NDArray, type Scalar, valueAndGrad, vmap } from "../index.ts";

interface Model {
  w: NDArray;
  b: Scalar;
}
declare const step: (p: Model, batch: { X: NDArray; ids: NDArray<"int"> }) => { params: Model; loss: Scalar };
export const after: Model = compile(step)({ w: [1], b: 0 }, { X: [[1]], ids: Int32Array.of(1) }).params;

// @ts-expect-error: a configuration belongs in the closure, not in the arguments of a compiled function.
compile((x: NDArray, power: number) => x.pow(power));
// @ts-expect-error: text is no tree of arrays.
compile((x: { name: string }) => x);
// @ts-expect-error: an argument of another structure.
compile(step)({ w: [1] }, { X: [[1]], ids: Int32Array.of(1) });

// Transforms can be compiled as they are.
declare const model: (p: Model, x: NDArray) => Scalar;
export const gradient: Model = compile(grad(model))({ w: [1], b: 0 }, [[1]]);
export const mapped: NDArray = compile(vmap((x: NDArray) => x.square()))([[1]]);
export const picked: NDArray = compile(vmap((ids: NDArray<"int">) => ids.astype("f64")))(Int32Array.of(1));
export const both: { value: Scalar; grad: Model } = compile(valueAndGrad(model))({ w: [1], b: 0 }, [[1]]);
