// Products with flags of transposition: rules make them of each other, in every combination.
import { describe, it } from "vitest";
import type { NDArray } from "../array/index.ts";
import { opLaws } from "../testing/index.ts";
import { op } from "./card.ts";
import { multiply } from "./matmul.ts";

describe("laws of products, transposed or not", () => {
  for (const left of [false, true]) {
    for (const right of [false, true]) {
      const call = (a?: NDArray, b?: NDArray): NDArray => multiply(a!, b!, { left, right });
      const [rows, inner, columns] = [2, 3, 4];
      const shapeA = left ? [inner, rows] : [rows, inner];
      const shapeB = right ? [columns, inner] : [inner, columns];
      const at = (m: number[], shape: number[], i: number, j: number, flipped: boolean) =>
        flipped ? m[j * shape[1]! + i]! : m[i * shape[1]! + j]!;
      const truth = (a: number[] = [], b: number[] = []): number[] =>
        Array.from({ length: rows * columns }, (_, flat) => {
          const [i, j] = [Math.floor(flat / columns), flat % columns];
          return [0, 1, 2].reduce((sum, k) => sum + at(a, shapeA, i, k, left) * at(b, shapeB, k, j, right), 0);
        });
      const inputs = [shapeA, shapeB].map((shape) => ({ shape, domain: [-3, 3] as const }));
      const samples = [{ label: `${left ? "Aᵀ" : "A"}·${right ? "Bᵀ" : "B"}`, inputs, call, truth }];
      opLaws({ test: it }, op({ name: "multiply", derivative: "both modes", samples }, call));
    }
  }
});
