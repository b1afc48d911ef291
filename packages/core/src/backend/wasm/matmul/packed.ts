// What packed products have in common, after Goto & van de Geijn (2008) and Van Zee & van de Geijn (2015): panels of A and B, tiles.
import type { FunctionBuilder, Local } from "../assembler.ts";
import { Integers, type Operand } from "./integers.ts";
import { LANES, type Width } from "./lanes.ts";
import { packOf } from "./pack.ts";
import type { Product } from "./product.ts";
import { ROW_UNIT, tileShape } from "./tile.ts";

/** Rows of A that are packed at a time: with a block of 256 k's, a share of the second-level cache. */
export const BLOCK_ROWS: Readonly<Record<Width, number>> = { f32: 5 * ROW_UNIT, f64: 3 * ROW_UNIT };
/** Room for one tile at the edge: 6×8 f32 or 6×4 f64. */
export const TILE_BYTES = 256;
/** Columns of a panel of B: the same with and without FMA. */
export const panelColumns = (width: Width): number => tileShape(width, true).columns;

/** Nanoseconds, roughly: 20 products and sums of f32 in each. */
export function costOf(width: Width, products: number): number {
  return 50 + (products / 20) * (width === "f64" ? 2 : 1);
}

export const BATCH_WORDS = ["extent", "aBatch", "bBatch", "cBatch"] as const;

/** Words per batch axis. */
export function batchWords(p: Product): Record<(typeof BATCH_WORDS)[number], readonly number[]> {
  return {
    extent: p.batch.map(({ extent }) => extent),
    aBatch: p.batch.map(({ a }) => a),
    bBatch: p.batch.map(({ b }) => b),
    cBatch: p.batch.map(({ c }) => c),
  };
}

/** Code that packs some rows of A, a panel for each row of tiles. */
export function packRows(
  f: FunctionBuilder,
  width: Width,
  fma: boolean,
  {
    source,
    line,
    k,
    rows,
    count,
    target,
  }: Readonly<Record<"source" | "line" | "k" | "target", Operand>> & { readonly rows: Local; readonly count: Local },
): void {
  const i = new Integers(f);
  const span = tileShape(width, fma).rows;
  const at = i.local(source);
  const to = i.local(target);
  const left = i.local(rows);
  i.while(i.less(0, left), () => {
    i.call(packOf(width, span), at, line, k, i.min(left, span), count, to);
    i.set(at, i.add(at, i.mul(line, span)));
    i.set(to, i.add(to, i.mul(count, span * LANES[width].bytes)));
    i.set(left, i.sub(left, span));
  });
}
