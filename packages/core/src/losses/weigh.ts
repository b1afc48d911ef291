// Products and logarithms that treat 0·∞ as 0, in value and derivative: what has no probability costs nothing.
import { type NDArray, where } from "../array/index.ts";
import { and } from "../ops/index.ts";

/** y·ℓ, and 0 where y = 0 meets ℓ = ∞. */
export function weigh(y: NDArray, loss: NDArray): NDArray {
  const nothing = and(y.equal(0), loss.equal(Infinity));
  return where(nothing, 0, y.mul(where(nothing, 0, loss)));
}

/** −y·log p, and 0 where y = 0 meets p = 0. */
export function surprise(y: NDArray, p: NDArray): NDArray {
  const nothing = and(y.equal(0), p.equal(0));
  return y
    .mul(where(nothing, 1, p).log())
    .neg()
    .add(0); // −0 becomes 0
}
