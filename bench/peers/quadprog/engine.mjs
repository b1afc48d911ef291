// quadprog of npm: the dual active-set method of Goldfarb and Idnani, with arrays counted from 1.
import { createRequire } from "node:module";

const load = createRequire(import.meta.url);
const fromOne = (list) => [undefined, ...list];

export function open() {
  const { solveQP } = load("quadprog");
  const tasks = {
    qp({ P, q, G, h }) {
      const [m, n] = G.shape;
      // min ½xᵀDx − dᵀx with Aᵀx ≥ b: D = P, d = −q, A = −Gᵀ, b = −h. It overwrites D, so each call gets its own.
      const matrix = () => fromOne(Array.from({ length: n }, (_, i) => fromOne(P.data.subarray(i * n, (i + 1) * n))));
      const A = fromOne(
        Array.from({ length: n }, (_, j) => fromOne(Array.from({ length: m }, (_, i) => -G.data[i * n + j]))),
      );
      const [d, b] = [fromOne(q.data.map((v) => -v)), fromOne(h.data.map((v) => -v))];
      const solved = () => solveQP(matrix(), d, A, b);
      return { run: () => void solved(), read: () => solved().solution.slice(1) };
    },
  };
  return {
    versions: { quadprog: load("quadprog/package.json").version },
    settings: () => ({ tier: "js", fma: false, threads: 1 }),
    dtypes: ["f64"],
    tasks,
  };
}
