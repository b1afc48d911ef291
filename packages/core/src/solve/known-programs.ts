// Derivatives of a function that was minimized before, without tracing and compiling them again.
import { fromTyped, type NDArray } from "../array/index.ts";
import { contentOf, isTraced, type Program, traceProgram } from "../program/index.ts";

interface Known {
  readonly forward: Program;
  readonly label: string;
  readonly made: unknown;
}

/** What was made last for a function. Nothing is kept longer than the function itself. */
const known = new WeakMap<object, Known>();
/** Constants of up to so many entries are compared by value: a formula makes its numbers and lists anew at each trace. */
const SMALL = 4096;

/**
 * What `make` gives for the function `forward` of a vector; what it gave before, where `f` still is the same function.
 *
 * A closure may read variables that have changed since. The function is therefore traced once more, which is a small part
 * of the work, and the operations, their settings and the arrays that they capture are compared with those of last time.
 */
export function onceFor<T>(
  f: object,
  label: string,
  forward: (x: NDArray) => NDArray,
  start: Float64Array,
  make: () => T,
): T {
  let program: Program;
  try {
    program = traceProgram(
      ([x]) => [forward(x as NDArray)], // of the class of the array that is given
      [fromTyped([start.length], start)],
      { eager: false, readable: true },
    );
    if (!standsAlone(program)) return make();
  } catch {
    return make(); // it cannot be traced, or is wrong: where it is called, that is told in full
  }
  const before = known.get(f);
  if (before !== undefined && before.label === label && sameProgram(before.forward, program)) return before.made as T; // under this label `make` gives one type
  const made = make();
  known.set(f, { forward: program, label, made });
  return made;
}

function standsAlone({ nodes, outputs, trace }: Program): boolean {
  const own = (x: Program["outputs"][number]) => {
    const content = contentOf(x);
    return !isTraced(content) || content.trace === trace;
  };
  return nodes.every(({ inputs }) => inputs.every(own)) && outputs.every(own);
}

function sameProgram(a: Program, b: Program): boolean {
  if (a.nodes.length !== b.nodes.length) return false;
  for (let i = 0; i < a.nodes.length; i++) {
    const [p, q] = [a.nodes[i]!, b.nodes[i]!];
    if (p.primitive !== q.primitive || p.dtype !== q.dtype || p.weak !== q.weak) return false;
    if (!sameList(p.shape, q.shape) || !sameSetting(p.params, q.params)) return false;
    if (!sameOperands(p.inputs, q.inputs)) return false;
  }
  return sameOperands(a.outputs, b.outputs);
}

function sameOperands(a: Program["outputs"], b: Program["outputs"]): boolean {
  return (
    a.length === b.length &&
    a.every((x, i) => {
      const [p, q] = [contentOf(x), contentOf(b[i]!)];
      if (p === q) return true;
      if (isTraced(p) || isTraced(q)) return isTraced(p) && isTraced(q) && p.id === q.id;
      if (p.dtype !== q.dtype || p.weak !== q.weak || !sameList(p.shape, q.shape)) return false;
      if (p.uniform !== undefined && q.uniform !== undefined) return Object.is(p.uniform, q.uniform);
      return p.data.length <= SMALL && sameList(p.data, q.data);
    })
  );
}

/** Numbers, words, and lists and records of them; functions and other objects are the same only when they are one. */
function sameSetting(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((v, i) => sameSetting(v, b[i]));
  if (Object.getPrototypeOf(a) !== Object.prototype || Object.getPrototypeOf(b) !== Object.prototype) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]; // plain records
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => sameSetting(left[name], right[name]));
}

function sameList(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
