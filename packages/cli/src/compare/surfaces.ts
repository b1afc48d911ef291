// Functions of two numbers on which optimizers are compared: each is 0 at its minimum.
import { array, type NDArray, type Scalar } from "steepest";

export interface Surface {
  readonly formula: string;
  readonly f: (w: NDArray) => Scalar;
  readonly start: readonly [number, number];
  readonly minimum: readonly [number, number];
  /** What a picture shows. */
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  readonly levels?: readonly number[];
}

const parts = (w: NDArray): readonly [Scalar, Scalar] => [w.at(0) as Scalar, w.at(1) as Scalar];
const BEALE = array([1.5, 2.25, 2.625]);

export type SurfaceName = "quadratic" | "rosenbrock" | "beale";

export const SURFACES: Readonly<Record<SurfaceName, Surface>> = {
  quadratic: {
    formula: "½x² + 10y²",
    f: (w: NDArray) => w.square().mul([0.5, 10]).sum(),
    start: [8, 3],
    minimum: [0, 0],
    domain: { x: [-6, 10], y: [-4, 4] },
  },
  rosenbrock: {
    formula: "(1 − x)² + 100(y − x²)²",
    f: (w: NDArray) => {
      const [x, y] = parts(w);
      return x.sub(1).square().add(y.sub(x.square()).square().mul(100)) as Scalar;
    },
    start: [-1.2, 1],
    minimum: [1, 1],
    domain: { x: [-1.75, 1.75], y: [-0.75, 2] },
    levels: [2, 8, 32, 128, 512],
  },
  beale: {
    formula: "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
    f: (w: NDArray) => {
      const [x, y] = parts(w);
      const powers = [y, y.square(), y.mul(y.square())];
      const terms = powers.map((power, k) => x.mul(power.sub(1)).add(BEALE.at(k)).square() as Scalar);
      return terms[0]!.add(terms[1]!).add(terms[2]!) as Scalar;
    },
    start: [1, 1],
    minimum: [3, 0.5],
    domain: { x: [0, 4], y: [-1, 1.5] },
    levels: [0.1, 0.5, 2, 8, 32, 128],
  },
};

export const SURFACE_NAMES: readonly SurfaceName[] = Object.keys(SURFACES) as SurfaceName[];
