// What decides whether a compiled function is traced again: structure, shapes and widths of its arguments, never values.
import type { AnyArray, FlatTree } from "../array/index.ts";
import { contentOf } from "../program/index.ts";

/** `w: f64[3], b: f64[]` */
export function signatureOf(trees: readonly FlatTree[]): string {
  return trees
    .map((tree, i) => tree.arrays.map((x, k) => `${place(i, tree.paths[k]!)}: ${typeOf(x)}`).join(", "))
    .join("; ");
}

/** Why a new trace was needed: the first thing that differs from the last signature. */
export function reasonFor(signature: string, before: string | undefined): string {
  if (before === undefined) return "first call";
  const [now, then] = [signature, before].map((text) => text.split(/[,;] (?=\d)/));
  const index = now!.findIndex((part, i) => part !== then![i]);
  if (index === -1) return `the arguments have fewer leaves than before`;
  return then![index] === undefined
    ? `${now![index]} is new`
    : `${now![index]} was ${then![index]!.replace(/^[^:]*: /, "")}`;
}

function typeOf(x: AnyArray): string {
  const { dtype, shape, weak } = contentOf(x);
  return `${weak ? "weak " : ""}${dtype}[${shape.join(" ")}]`;
}

function place(argument: number, path: string): string {
  return path === "" ? `${argument}` : `${argument}.${path}`;
}
