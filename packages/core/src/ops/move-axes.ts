import type { AnyArray } from "../array/types.ts";
import { transpose } from "./transpose.ts";

/** `count` axes from `from` on, moved so that they begin at `to`; the others keep their order. */
export function moveAxes<A extends AnyArray>(x: A, from: number, count: number, to: number): A {
  const order = Array.from({ length: x.shape.length }, (_, axis) => axis);
  const block = order.splice(from, count);
  order.splice(to, 0, ...block);
  return transpose(x as AnyArray, order) as A;
}
