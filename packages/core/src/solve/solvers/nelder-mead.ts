import { OptionChecker } from "../../errors/index.ts";
import type { Minimizer, Point, Problem, Proposal, Stop } from "../solver.ts";

interface Vertex {
  readonly x: Float64Array;
  readonly value: number;
}

interface State {
  /** Ascending values. */
  readonly simplex: readonly Vertex[];
  readonly restarts: number;
  /** The best value when the simplex was last built anew. */
  readonly since: number;
}

const MOST_RESTARTS = 20;

/**
 * Nelder–Mead, for functions of few variables whose gradient is of no use: kinks, steps, noise.
 *
 * Given:    values; the gradient is used by the loop alone, to tell how good the point is
 * Returns:  through the loop of `minimize`
 * Method:   reflection, expansion, contraction, shrinking with coefficients that adapt to n, Gao & Han (2012), (4.1);
 *           a simplex that has collapsed to 1e-9 of its point is built anew around its best vertex, as long as that helps
 * Stops:    "stalled" when a new simplex finds nothing better. Values that differ by rounding place a minimum to √ε only, so
 *           it rarely reaches a gradient of 1e-8; at kinks there is none to reach
 * Cost:     one or two values per reflection; n ≤ 20 is sensible
 * Tests:    the standard problems at a tolerance of 1e-4; |x| type functions; NaN counts as higher than anything
 *
 * @example
 * ```ts
 * import type { NDArray } from "steepest";
 * import { minimize, nelderMead } from "steepest/solve";
 * const kinked = (x: NDArray) => x.sub([1, -2]).abs().sum();
 * const { status, x } = minimize(kinked, [4, 4], { solver: nelderMead() });
 * console.log(status, x.toArray().map(Math.round)); // stalled [1, -2]
 * ```
 */
export function nelderMead(options: Record<string, never> = {}): Minimizer {
  new OptionChecker("nelderMead", options, []).done();
  return {
    name: "nelderMead",
    needs: "value",
    handles: [],
    init: (problem, start): State => ({ simplex: simplexAt(problem, start, 0.05), restarts: 0, since: start.value }),
    step: (problem, at, state) => step(problem, at, state as State),
  };
}

/** Reflections until the best vertex is a better one. */
function step(problem: Problem, at: Point, state: State): Proposal<State> | Stop {
  let { simplex, restarts, since } = state;
  for (;;) {
    if (simplex[0]!.value < at.value) {
      const point = problem.evaluate(simplex[0]!.x);
      return { point, stepSize: sizeOf(simplex), state: { simplex, restarts, since } };
    }
    if (sizeOf(simplex) > 1e-9) {
      simplex = reflected(problem, simplex);
      continue;
    }
    if (restarts >= MOST_RESTARTS || (restarts > 0 && !(at.value < since - 1e-14 * Math.abs(since)))) {
      return {
        status: "stalled",
        reason: "the simplex has collapsed, and a new one around its point finds nothing lower",
      };
    }
    restarts++;
    since = at.value;
    simplex = simplexAt(problem, at, 1e-3);
  }
}

function reflected(problem: Problem, simplex: readonly Vertex[]): readonly Vertex[] {
  const n = simplex.length - 1;
  // Gao & Han (2012), (4.1); for n = 2 the usual 1, 2, ½, ½
  const [expand, contract, shrink] = n === 1 ? [2, 0.5, 0.5] : [1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n];
  const best = simplex[0]!;
  const worst = simplex[n]!;
  const centroid = new Float64Array(n);
  for (let k = 0; k < n; k++) for (let i = 0; i < n; i++) centroid[i]! += simplex[k]!.x[i]! / n;
  const along = (t: number) =>
    vertexAt(
      problem,
      centroid.map((c, i) => c + t * (c - worst.x[i]!)),
    );
  const mirror = along(1);
  if (mirror.value < best.value) {
    const further = along(expand);
    return inserted(simplex, further.value < mirror.value ? further : mirror);
  }
  if (mirror.value < simplex[n - 1]!.value) return inserted(simplex, mirror);
  const inside = along(mirror.value < worst.value ? contract : -contract);
  if (inside.value < Math.min(mirror.value, worst.value)) return inserted(simplex, inside);
  const shrunk = simplex.map((vertex, k) =>
    k === 0
      ? vertex
      : vertexAt(
          problem,
          vertex.x.map((v, i) => best.x[i]! + shrink * (v - best.x[i]!)),
        ),
  );
  return shrunk.sort((a, b) => a.value - b.value);
}

function inserted(simplex: readonly Vertex[], vertex: Vertex): readonly Vertex[] {
  return [...simplex.slice(0, -1), vertex].sort((a, b) => a.value - b.value);
}

function simplexAt(problem: Problem, { x, value }: Point, share: number): readonly Vertex[] {
  const vertices: Vertex[] = [{ x, value }];
  for (let i = 0; i < x.length; i++) {
    const moved = x.slice();
    moved[i]! += x[i] === 0 ? share / 20 : share * x[i]!;
    vertices.push(vertexAt(problem, moved));
  }
  return vertices.sort((a, b) => a.value - b.value);
}

function vertexAt(problem: Problem, x: Float64Array): Vertex {
  const value = problem.value(x);
  return { x, value: Number.isNaN(value) ? Infinity : value };
}

/** The largest distance from the best vertex, relative to its size. */
function sizeOf(simplex: readonly Vertex[]): number {
  const best = simplex[0]!.x;
  let most = 0;
  for (const { x } of simplex) for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]! - best[i]!));
  return most / best.reduce((size, v) => Math.max(size, Math.abs(v)), 1);
}
