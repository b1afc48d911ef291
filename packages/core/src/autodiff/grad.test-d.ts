// What the compiler must accept and reject. Checked by the type check; nothing here runs.
import { explain, grad, hvp, jacobian, type NDArray, type Scalar, valueAndGrad } from "../index.ts";

interface Model {
  w: NDArray;
  b: Scalar;
}
declare const loss: (p: Model, x: NDArray, n: number) => Scalar;

export const g: Model = grad(loss)({ w: [1, 2], b: 0 }, [[1], [2]], 3);
export const nested: { layers: Model[] } = grad((p: { layers: Model[] }) => p.layers[0]!.b)({
  layers: [{ w: [1], b: 1 }],
});
export const pair: { value: Scalar; grad: Model; aux: string } = valueAndGrad((p: Model) => ({
  loss: p.b,
  aux: "kept",
}))({ w: [1], b: 2 });
export const J: NDArray = jacobian((x) => x.square())([1, 2]);
export const Hv: Model = hvp((p: Model) => p.b)({ w: [1], b: 1 }, { w: [1], b: 1 });
export const adjoint: NDArray = explain(({ w }: Model, label) => label("h", w.sum()), { w: [1], b: 1 }).adjointOf("h");

// @ts-expect-error: the loss is a vector; `grad` needs a scalar.
grad((p: { w: NDArray }) => p.w.square());
// @ts-expect-error: a string cannot be differentiated.
grad((p: { w: NDArray; name: string }) => p.w.sum());
// @ts-expect-error: an array where the parameter is a scalar.
grad((p: { b: Scalar }) => p.b.square())({ b: [1, 2] });
// @ts-expect-error: a parameter is missing.
grad(loss)({ w: [1] }, [[1]], 3);
// @ts-expect-error: an integer array has no gradient.
grad((p: { ids: NDArray<"int"> }) => p.ids.sum());
// @ts-expect-error: scalars keep their rank through elementwise operations; a vector does not become one.
export const s: Scalar = ({} as NDArray).exp();
// @ts-expect-error: text is no operand.
(({}) as NDArray).add("1");
