// The parameters of a module as a table.
import type { NDArray } from "../array/index.ts";
import { type Key, key } from "../random/index.ts";
import { flattenTree } from "../tree/index.ts";

/** Paths, shapes, sizes and roles, and their sum. Parameters are made once to see their shapes. */
export function summary(name: string, init: (key: Key) => unknown, roles: unknown): string {
  const rows = flattenTree(init(key(0))).map(({ path, value }) => {
    const { shape, size } = value as NDArray; // leaves of parameters are arrays
    return [path === "" ? name : path, shape.join("×") || "scalar", counted(size), roleAt(roles, path)];
  });
  const total = rows.reduce((sum, row) => sum + Number(row[2]!.replaceAll(",", "")), 0);
  const table = [["parameter", "shape", "size", "role"], ...rows, [name, "", counted(total), ""]];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => (column === 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * The number of trainable numbers in a tree of parameters.
 *
 * @example
 * ```ts
 * const model = mlp([784, 512, 256, 10]);
 * parameterCount(model.init(key(0))); // 535818
 * ```
 */
export function parameterCount(params: unknown): number {
  return flattenTree(params).reduce((sum, { value }) => sum + (value as NDArray).size, 0);
}

function counted(size: number): string {
  return String(size).replace(/\B(?=(\d{3})+$)/g, ",");
}

function roleAt(roles: unknown, path: string): string {
  let role = roles;
  for (const name of path === "" ? [] : path.split(".")) role = (role as Record<string, unknown>)[name];
  return String(role);
}
