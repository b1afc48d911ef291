// The innermost loop: one tile of C in registers, from a packed panel of A and one of B.
import { FunctionBuilder, type Local } from "../assembler.ts";
import { Integers } from "./integers.ts";
import { LANES, type Lanes, type Width } from "./lanes.ts";

export interface TileShape {
  readonly rows: number;
  /** Vectors per row of the tile. */
  readonly vectors: number;
  readonly columns: number;
}

/**
 * V8 has 15 vector registers on x64. With FMA: 6·2 accumulators, 2 vectors of B, 1 element of A. Without, the product needs one more,
 * so a row less; 6×8 would spill and run at two thirds of the speed.
 */
export function tileShape(width: Width, fma: boolean): TileShape {
  return { rows: fma ? 6 : 5, vectors: 2, columns: 2 * LANES[width].count };
}

/** Both heights divide it: rows of C are cut at multiples, so that units of work do not depend on FMA. */
export const ROW_UNIT = 30;

/**
 * (panelA, panelB, end of panelB, C, bytes per row of C, accumulate): a full tile, C = s or C + s with
 * s = ((0 + a₀b₀) + a₁b₁) + …, the k's of one block in ascending order.
 * The loop is not unrolled: V8 would hoist loads and spill accumulators.
 */
export function tileFunction(lanes: Lanes, { rows, vectors, columns }: TileShape, fma: boolean): FunctionBuilder {
  const f = new FunctionBuilder({ params: ["i32", "i32", "i32", "i32", "i32", "i32"], results: [] });
  const [panelA, panelB, end, c, rowBytes, accumulate] = f.params as [Local, Local, Local, Local, Local, Local];
  const i = new Integers(f);
  const a = f.local("v128");
  const b = Array.from({ length: vectors }, () => f.local("v128"));
  const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => f.local("v128")));

  i.if(i.below(panelB, end), () => {
    f.loop((again) => {
      for (const [v, vector] of b.entries())
        f.get(panelB)
          .memory("v128.load", 16 * v)
          .set(vector);
      for (const [row, sumsOfRow] of sums.entries()) {
        f.get(panelA)
          .memory(lanes.loadSplat, row * lanes.bytes)
          .set(a);
        for (const [v, sum] of sumsOfRow.entries()) multiplyAdd(f, lanes, fma, a, b[v]!, sum);
      }
      i.set(panelA, i.add(panelA, rows * lanes.bytes));
      i.set(panelB, i.add(panelB, columns * lanes.bytes));
      i.push(i.below(panelB, end));
      f.branchIf(again);
    });
  });
  const store = (add: boolean) => {
    for (const [row, sumsOfRow] of sums.entries()) {
      if (row > 0) i.set(c, i.add(c, rowBytes));
      for (const [v, sum] of sumsOfRow.entries()) {
        f.get(c);
        if (add)
          f.get(c)
            .memory("v128.load", 16 * v)
            .get(sum)
            .simd(lanes.vectorAdd);
        else f.get(sum);
        f.memory("v128.store", 16 * v);
      }
    }
  };
  i.if(
    accumulate,
    () => store(true),
    () => store(false),
  );
  return f;
}

/** sum ← sum + a·b */
export function multiplyAdd(f: FunctionBuilder, lanes: Lanes, fma: boolean, a: Local, b: Local, sum: Local): void {
  if (fma) f.get(a).get(b).get(sum).simd(lanes.vectorFma).set(sum);
  else f.get(sum).get(a).get(b).simd(lanes.vectorMul).simd(lanes.vectorAdd).set(sum);
}

/**
 * (panels of A, panelB, bytes of panelB, C, bytes per row of C, bytes per column, rows, columns, accumulate, room for a tile):
 * the tiles of one panel of B. Those at the edge, and all of a C whose columns are not neighbors, take the way through `room`.
 */
function stripFunction(lanes: Lanes, shape: TileShape, tile: FunctionBuilder): FunctionBuilder {
  const f = new FunctionBuilder({
    params: ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    results: [],
  });
  const [panelA, panelB, panelBytes, c, rowBytes, columnBytes, rows, columns, accumulate, room] = f.params as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const i = new Integers(f);
  const end = i.local(i.add(panelB, panelBytes));
  const panelABytes = i.local(() => {
    f.get(panelBytes).i32(shape.columns).plain("i32.div_u").i32(shape.rows).plain("i32.mul");
  });
  const whole = i.local(i.and(i.equal(columns, shape.columns), i.equal(columnBytes, lanes.bytes)));
  const tileRows = f.local("i32");
  const row = f.local("i32");
  const column = f.local("i32");
  const from = f.local("i32");
  const to = f.local("i32");

  i.while(i.less(0, rows), () => {
    i.set(tileRows, i.min(rows, shape.rows));
    i.if(
      i.and(whole, i.equal(tileRows, shape.rows)),
      () => i.call(tile, panelA, panelB, end, c, rowBytes, accumulate),
      () => {
        i.call(tile, panelA, panelB, end, room, shape.columns * lanes.bytes, 0);
        i.for(row, 0, tileRows, 1, () => {
          i.set(from, i.add(room, i.mul(row, shape.columns * lanes.bytes)));
          i.set(to, i.add(c, i.mul(row, rowBytes)));
          i.for(column, 0, columns, 1, () => {
            i.if(
              accumulate,
              () =>
                f.get(to).get(to).memory(lanes.load).get(from).memory(lanes.load).plain(lanes.add).memory(lanes.store),
              () => f.get(to).get(from).memory(lanes.load).memory(lanes.store),
            );
            i.set(from, i.add(from, lanes.bytes));
            i.set(to, i.add(to, columnBytes));
          });
        });
      },
    );
    i.set(panelA, i.add(panelA, panelABytes));
    i.set(c, i.add(c, i.mul(rowBytes, shape.rows)));
    i.set(rows, i.sub(rows, shape.rows));
  });
  return f;
}

const made = new Map<string, FunctionBuilder>();

/** The function for the tiles of one panel of B; one object per width and mode, so that a module holds it once. */
export function stripOf(width: Width, fma: boolean): FunctionBuilder {
  const key = `${width} ${fma}`;
  let strip = made.get(key);
  if (strip === undefined) {
    const shape = tileShape(width, fma);
    strip = stripFunction(LANES[width], shape, tileFunction(LANES[width], shape, fma));
    made.set(key, strip);
  }
  return strip;
}
