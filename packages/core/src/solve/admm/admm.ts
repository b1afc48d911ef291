import { type ArrayLike, array, fromTyped, type NDArray } from "../../array/index.ts";
import { formatShape, OptionError, ShapeError } from "../../errors/index.ts";
import type { Matrix } from "../../linalg/index.ts";
import type { Proximable } from "../../prox/index.ts";
import type { SolveStats, SolveStatus } from "../solution.ts";
import { difference, euclideanNorm } from "../vector.ts";
import { type AdmmBlock, blockOf } from "./block.ts";
import { type LinearMap, linearMap, multipleOfIdentity } from "./linear-map.ts";
import { Monitor } from "./monitor.ts";
import { type AdmmOptions, type AdmmResidual, checkAdmmOptions } from "./options.ts";

/**
 * minimize f(x) + g(z) subject to A·x + B·z = c. Defaults A = I, B = −I, c = 0: x = z.
 * With a matrix given, a Proximable is wrapped by `block`.
 */
export interface AdmmProblem {
  f: Proximable | AdmmBlock;
  g: Proximable | AdmmBlock;
  A?: Matrix;
  B?: Matrix;
  c?: ArrayLike;
}

export interface AdmmSolution {
  readonly x: NDArray;
  /** Has the structure of g (exact zeros for l1, inside the set for a projection): this one is the answer. */
  readonly z: NDArray;
  /** Scaled with the last ρ: for a warm start, give that ρ too. */
  readonly u: NDArray;
  /** λ = ρu, the multiplier of A·x + B·z − c = 0. */
  readonly multiplier: NDArray;
  /** f(x) + g(z) */
  readonly value: number;
  readonly status: SolveStatus;
  readonly message: string;
  readonly residuals: readonly AdmmResidual[];
  readonly stats: SolveStats;
}

/**
 * ADMM for  min f(x) + g(z)  subject to  Ax + Bz = c        f, g given by their proximal steps
 *
 *     x ← argmin f(x) + (ρ/2)‖Ax + Bz − c + u‖²
 *     z ← argmin g(z) + (ρ/2)‖x̂ + Bz − c + u‖²      x̂ = αAx − (1 − α)(Bz − c)
 *     u ← u + x̂ + Bz − c
 *
 * Given:    f and g (convex, or the result is local), matrices or none: then x = z
 * Returns:  z, which has the structure of g; multiplier ρu in L = f + g + λᵀ(Ax + Bz − c); residuals of every iteration
 * Method:   Boyd et al. (2011), sections 3.1 to 3.4; over-relaxation α = 1.6; residual balancing, see `Monitor`
 * Stops:    when ‖r‖ and ‖s‖ are both within √size·atol + rtol·scale, equations 3.12; a small ‖r‖ alone means nothing for large ρ
 * Cost:     one step of f and of g per iteration; a factorization only when ρ changes
 * Traps:    u is scaled by 1/ρ and is rescaled when ρ changes; r is taken from x, not from x̂
 * Tests:    golden lasso with its first iterations, false stops, duality gaps from outside, group lasso, basis pursuit
 *
 * The size of z comes from the functions, the matrices, c or `warmStart.z`; functions that take any size need one of these.
 * @throws OptionError for options that cannot be, and when no size is known. @throws ShapeError when sizes differ.
 *
 * @example
 * ```ts
 * import { l1, squaredLoss } from "steepest/prox";
 * import { admm } from "steepest/solve";
 * const { z, status } = admm({ f: squaredLoss([[1, 0], [0, 1]], [3, 0.5]), g: l1(1) });
 * console.log(z.mul(1000).round().toArray(), status); // [2000, 0] converged
 * ```
 */
export function admm(problem: AdmmProblem, options: AdmmOptions = {}): AdmmSolution {
  checkAdmmOptions("admm", options).done();
  const { f, g, A, B, c, shapeX, shapeZ } = readProblem(problem, options);
  const { relaxation: alpha = 1.6, atol = 1e-6, rtol = 1e-6, warmStart = {} } = options;
  const monitor = new Monitor("admm", options);
  let x = start("x", warmStart.x, A.n);
  let z = start("z", warmStart.z, B.n);
  let u = start("u", warmStart.u, A.m);
  let Bz = B.times(z);
  let value = Number.NaN;
  const sizeC = euclideanNorm(c);
  const [rootP, rootN] = [Math.sqrt(A.m) * atol, Math.sqrt(A.n) * atol];
  while (monitor.goesOn()) {
    const { rho } = monitor;
    const v = c.map((ci, i) => ci - Bz[i]! - u[i]!);
    const stepX = f.update(fromTyped(A.factor === undefined ? [A.m] : shapeX, v) as NDArray, rho, typed(shapeX, x));
    x = numbers("f", stepX, A.n);
    const Ax = A.times(x);
    const relaxed = Ax.map((ai, i) => alpha * ai - (1 - alpha) * (Bz[i]! - c[i]!));
    const w = c.map((ci, i) => ci - relaxed[i]! - u[i]!);
    const stepZ = g.update(fromTyped(B.factor === undefined ? [B.m] : shapeZ, w) as NDArray, rho, typed(shapeZ, z));
    const next = numbers("g", stepZ, B.n);
    const moved = B.times(difference(next, z));
    z = next;
    Bz = B.times(z);
    u = u.map((ui, i) => ui + relaxed[i]! + Bz[i]! - c[i]!);
    value = f.value(stepX) + g.value(stepZ);
    const rescale = monitor.record({
      primal: euclideanNorm(Ax.map((ai, i) => ai + Bz[i]! - c[i]!)),
      dual: rho * euclideanNorm(A.transposedTimes(moved)),
      epsPrimal: rootP + rtol * Math.max(euclideanNorm(Ax), euclideanNorm(Bz), sizeC),
      epsDual: rootN + rtol * rho * euclideanNorm(A.transposedTimes(u)),
      value,
    });
    if (rescale !== 1) u = u.map((ui) => ui * rescale);
  }
  const local = [f, g].filter((part) => part.convex === false);
  const { rho } = monitor;
  return {
    x: typed(shapeX, x),
    z: typed(shapeZ, z),
    u: typed([A.m], u),
    multiplier: typed(
      [A.m],
      u.map((ui) => rho * ui),
    ),
    value,
    status: monitor.status ?? "max-steps",
    message: monitor.message(
      local.length === 0 ? [] : [`${local.map((part) => part.name).join(" and ")} is not convex: the result is local.`],
    ),
    residuals: monitor.residuals,
    stats: monitor.stats((f.factorizations?.() ?? 0) + (g.factorizations?.() ?? 0)),
  };
}

interface Read {
  readonly f: AdmmBlock;
  readonly g: AdmmBlock;
  readonly A: LinearMap;
  readonly B: LinearMap;
  readonly c: Float64Array;
  readonly shapeX: readonly number[];
  readonly shapeZ: readonly number[];
}

function readProblem(problem: AdmmProblem, { warmStart = {} }: AdmmOptions): Read {
  const { f, g } = problem;
  for (const [name, part] of [
    ["f", f],
    ["g", g],
  ] as const) {
    if (
      typeof (part as Partial<Proximable>)?.prox === "function" ||
      typeof (part as Partial<AdmmBlock>)?.update === "function"
    )
      continue;
    throw new OptionError(
      `admm: ${name} must have a proximal step, as squaredLoss(A, b) and l1(0.1) of steepest/prox have.`,
      {
        code: "invalid-option",
        option: name,
      },
    );
  }
  const mapA = problem.A === undefined ? undefined : linearMap("admm", "A", problem.A);
  const mapB = problem.B === undefined ? undefined : linearMap("admm", "B", problem.B);
  const shaped = [
    problem.c,
    mapB === undefined ? warmStart.z : undefined,
    mapA === undefined ? warmStart.x : undefined,
  ];
  const given = shaped.find((x) => x !== undefined);
  const shape = given === undefined ? undefined : array(given as NDArray).shape;
  const rows =
    mapA?.m ??
    mapB?.m ??
    shape?.reduce((a, b) => a * b, 1) ??
    sizeOf(f) ??
    sizeOf(g) ??
    (warmStart.u as { length?: number })?.length;
  if (rows === undefined) {
    throw new OptionError("admm: neither function says how many entries x has. Give warmStart: { z: zeros }, or c.", {
      code: "unknown-size",
      option: "warmStart",
    });
  }
  const A = mapA ?? multipleOfIdentity(1, rows);
  const B = mapB ?? multipleOfIdentity(-1, rows);
  const c = start("c", problem.c, rows);
  for (const [name, map, part] of [
    ["A", A, f],
    ["B", B, g],
  ] as const) {
    const size = sizeOf(part);
    if (map.m === rows && (size === undefined || size === 1 || size === map.n)) continue;
    throw new ShapeError(
      `admm: ${name} is ${formatShape([map.m, map.n])}, but there are ${rows} rows of A·x + B·z = c, and ${part.name} takes ${size ?? "any number of"} entries.`,
      { code: "sizes-differ", operation: "admm", shapes: [[map.m, map.n]] },
    );
  }
  const shapeOf = (map: LinearMap) => (map.factor !== undefined && shape !== undefined ? shape : [map.n]);
  return {
    f: "update" in f ? f : blockOf(f, A),
    g: "update" in g ? g : blockOf(g, B),
    A,
    B,
    c,
    shapeX: shapeOf(A),
    shapeZ: shapeOf(B),
  };
}

function sizeOf(part: Proximable | AdmmBlock): number | undefined {
  return (part as Partial<Proximable>).size;
}

/** @throws ShapeError when a start has another number of entries. */
function start(name: string, given: ArrayLike | undefined, size: number): Float64Array {
  return given === undefined ? new Float64Array(size) : numbers(name, array(given as NDArray), size);
}

function numbers(name: string, x: NDArray, size: number): Float64Array {
  if (x.size === size) return Float64Array.from(x.toArray());
  throw new ShapeError(`admm: ${name} has ${x.size} entries where ${size} are expected.`, {
    code: "sizes-differ",
    operation: "admm",
    shapes: [x.shape],
  });
}

function typed(shape: readonly number[], x: Float64Array): NDArray {
  return fromTyped(shape, x.slice()) as NDArray;
}
