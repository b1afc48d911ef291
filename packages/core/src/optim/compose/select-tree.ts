import { type AnyArray, type NDArray, where } from "../../array/index.ts";
import { isLeaf } from "../../tree/index.ts";

/** `yes` where the condition, a scalar, holds, else `no`: every array of two states of one structure. */
export function selectTree<T>(condition: NDArray<"bool">, yes: T, no: T): T {
  if (isLeaf(yes)) return selectArray(condition, yes as AnyArray, no as AnyArray) as T;
  if (Array.isArray(yes)) return yes.map((x, i) => selectTree(condition, x, (no as readonly unknown[])[i])) as T;
  if (typeof yes !== "object" || yes === null) return yes;
  const others = no as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(yes).map(([name, x]) => [name, selectTree(condition, x, others[name])]),
  ) as T; // the structure of both
}

function selectArray(condition: NDArray<"bool">, yes: AnyArray, no: AnyArray): AnyArray {
  if (yes.kind === "float") return where(condition, yes, no);
  const [a, b] = [yes as NDArray<"int">, no as NDArray<"int">]; // states hold floats and counts
  return b.add(a.sub(b).mul(condition.astype("i32")));
}
