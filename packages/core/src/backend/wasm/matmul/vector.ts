// Products of a vector and a matrix, at the speed of reading the matrix: nothing is packed. In normal form the vector is A: one row.
import { PRODUCT_BLOCK } from "../../../program/kernels/product.ts";
import { FunctionBuilder, type Local } from "../assembler.ts";
import { type Call, type EmitOptions, type Emitted, KERNEL_SIGNATURE, WORKSPACE } from "../emitted.ts";
import { BlockLayout, type BlockReader } from "./block.ts";
import { Integers, type Operand } from "./integers.ts";
import { LANES, type Lanes } from "./lanes.ts";
import { transpose } from "./pack.ts";
import { BATCH_WORDS, batchWords } from "./packed.ts";
import { address, batchSize, type Product } from "./product.ts";
import { multiplyAdd } from "./tile.ts";

const WORDS = ["a", "aK", "b", "bLine", "bK", "c", "cColumn", "cBlock", "n", "k"] as const;
type Word = (typeof WORDS)[number];
type Axis = (typeof BATCH_WORDS)[number];
type Layout = BlockLayout<Word, Axis>;

/** Columns that are worked on at a time where they are neighbors: their sums stay in the first-level cache. */
const CHUNK = 512;
/** Columns that are worked on at a time where k's are neighbors: two or four vectors of sums. */
const LINES = 8;
/** Shorter products of two vectors are not worth lanes of blocks. */
const DOT_BLOCKS = 4;

/** The calls of a product of one row, if the elements of B are neighbors in one direction. */
export function vectorCalls(p: Product): Emitted | undefined {
  const { bytes } = LANES[p.width];
  if (p.m !== 1 || p.k === 0) return undefined;
  const blocks = Math.ceil(p.k / PRODUCT_BLOCK);
  if (p.b.k === bytes) {
    if (p.n <= 2 && p.a.k === bytes && blocks >= DOT_BLOCKS) return inBlocks(p, "dots", blocks, 1);
    return { calls: [callOf(p, "lines", LINES)], workspaceBytes: 0 };
  }
  if (p.b.line !== bytes) return undefined;
  if (blocks === 1 && p.c.column === bytes) return { calls: [callOf(p, "columns", CHUNK)], workspaceBytes: 0 };
  return inBlocks(p, "columns", blocks, CHUNK);
}

type Way = "lines" | "columns" | "dots" | "combine";

const EMIT: Readonly<Record<Way, (lanes: Lanes, layout: Layout, fma: boolean) => FunctionBuilder>> = {
  lines: linesFunction,
  columns: columnsFunction,
  dots: dotsFunction,
  combine: combineFunction,
};

/** Sums of blocks into the workspace, block by block, and their sum in order. */
function inBlocks(p: Product, way: "columns" | "dots", blocks: number, span: number): Emitted {
  const { bytes } = LANES[p.width];
  const row = p.n * bytes;
  let step = row * blocks;
  const strides = p.batch.map(() => 0);
  for (let axis = p.batch.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= p.batch[axis]!.extent;
  }
  const sums = { buffer: WORKSPACE, bytes: 0, row, column: bytes };
  const parts: Product = { ...p, c: sums, batch: p.batch.map((axis, i) => ({ ...axis, c: strides[i]! })) };
  const whole: Product = {
    ...p,
    k: blocks,
    b: { ...sums, line: bytes, k: row },
    batch: p.batch.map((axis, i) => ({ ...axis, b: strides[i]! })),
  };
  return { calls: [callOf(parts, way, span, blocks), callOf(whole, "combine", CHUNK)], workspaceBytes: step };
}

/** Units are spans of columns, of each block, of each matrix of the batch. */
function callOf(p: Product, way: Way, span: number, blocks = 1): Call {
  const layout = new BlockLayout(WORDS, BATCH_WORDS, p.batch.length);
  const units = Math.ceil(p.n / span) * blocks * batchSize(p);
  const cost = 10 + (Math.min(p.n, span) * (p.k / blocks) * LANES[p.width].bytes) / 16; // 16 bytes per nanosecond
  return {
    key: `product ${way} ${p.width} ${p.batch.length}`,
    emit: ({ fma }: EmitOptions) => EMIT[way](LANES[p.width], layout, fma),
    words: layout.words(
      {
        a: address(p.a),
        aK: p.a.k,
        b: address(p.b),
        bLine: p.b.line,
        bK: p.b.k,
        c: address(p.c),
        cColumn: p.c.column,
        cBlock: p.c.row,
        n: p.n,
        k: p.k,
      },
      batchWords(p),
    ),
    units,
    grain: Math.min(units, Math.ceil(10_000 / cost)),
    ...rowsOf(p, way, span),
    cost: units * cost,
    scratchBytes: way === "lines" ? LINES * 8 : 0,
  };
}

/** Lines are rows of the matrix, and so are the k's of its columns. */
function rowsOf(p: Product, way: Way, span: number): Pick<Call, "rowsPerUnit"> {
  if (p.batch.length > 0) return {};
  if (way === "lines") return { rowsPerUnit: span };
  return way === "columns" && p.n <= span ? { rowsPerUnit: PRODUCT_BLOCK } : {};
}

interface Unit {
  readonly f: FunctionBuilder;
  readonly i: Integers;
  readonly word: BlockReader<Word, Axis>["word"];
  /** Of this unit: the vector, the matrix from its first column on, where results go, and how many columns. */
  readonly a: Local;
  readonly b: Local;
  readonly c: Local;
  readonly columns: Local;
  readonly k: Local;
  readonly scratch: Local;
  new: (type?: "i32" | "v128") => Local;
}

/** Code around a unit. With blocks, a unit begins at its block's first k and has at most 256. */
function eachUnit(layout: Layout, span: number, inBlocks: boolean, body: (unit: Unit) => void): FunctionBuilder {
  const f = new FunctionBuilder(KERNEL_SIGNATURE);
  const [args, from, to, scratch] = f.params as [Local, Local, Local, Local];
  const i = new Integers(f);
  const { word, eachAxis } = layout.reader(f, args);
  const n = i.local(word("n"));
  const spans = i.local(i.div(i.add(n, span - 1), span));
  const blocks = i.local(inBlocks ? i.div(i.add(word("k"), PRODUCT_BLOCK - 1), PRODUCT_BLOCK) : 1);
  const [a, b, c, columns, k, rest, first] = Array.from({ length: 7 }, () => f.local("i32")) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const unit: Unit = { f, i, word, a, b, c, columns, k, scratch, new: (type = "i32") => f.local(type) };
  i.for(from, from, to, 1, () => {
    i.set(rest, i.div(from, spans));
    i.set(first, i.mul(i.sub(from, i.mul(rest, spans)), span));
    i.set(columns, i.min(i.sub(n, first), span));
    i.set(a, word("a"));
    i.set(b, i.add(word("b"), i.mul(first, word("bLine"))));
    i.set(c, i.add(word("c"), i.mul(first, word("cColumn"))));
    i.set(k, word("k"));
    if (inBlocks) {
      i.set(first, i.rem(rest, blocks));
      i.set(rest, i.div(rest, blocks));
      i.set(c, i.add(c, i.mul(first, word("cBlock"))));
      i.set(first, i.mul(first, PRODUCT_BLOCK));
      i.set(k, i.min(i.sub(k, first), PRODUCT_BLOCK));
      i.set(a, i.add(a, i.mul(first, word("aK"))));
      i.set(b, i.add(b, i.mul(first, word("bK"))));
    }
    eachAxis(rest, "extent", (at, ofAxis) => {
      i.set(a, i.add(a, i.mul(at, ofAxis("aBatch"))));
      i.set(b, i.add(b, i.mul(at, ofAxis("bBatch"))));
      i.set(c, i.add(c, i.mul(at, ofAxis("cBatch"))));
    });
    body(unit);
  });
  return f;
}

/** Rows of B in groups of four, added to sums in memory: columns are lanes. */
function columnsFunction(lanes: Lanes, layout: Layout, fma: boolean): FunctionBuilder {
  return eachUnit(layout, CHUNK, true, (unit) => {
    const { f, i, word, a, b, c, columns, k } = unit;
    const { bytes } = lanes;
    const step = i.local(word("bK"));
    const [at, left, end, whole] = [unit.new(), unit.new(), unit.new(), unit.new()];
    const sum = unit.new("v128");
    const x = unit.new("v128");
    i.set(end, i.add(c, i.mul(columns, bytes)));
    i.set(whole, i.sub(end, 15));
    i.push(c, 0, i.sub(end, c));
    f.memoryFill();
    const addRows = (count: number) => {
      const factors = Array.from({ length: count }, () => unit.new("v128"));
      const rows = Array.from({ length: count }, () => unit.new());
      i.while(i.less(count - 1, left), () => {
        for (const [r, factor] of factors.entries()) {
          f.get(a).memory(lanes.loadSplat).set(factor);
          i.set(a, i.add(a, word("aK")));
          i.set(rows[r]!, b);
          i.set(b, i.add(b, step));
        }
        i.set(at, c);
        i.while(i.below(at, whole), () => {
          f.get(at).memory("v128.load").set(sum);
          for (const [r, row] of rows.entries()) {
            f.get(row).memory("v128.load").set(x);
            multiplyAdd(f, lanes, fma, factors[r]!, x, sum);
            i.set(row, i.add(row, 16));
          }
          f.get(at).get(sum).memory("v128.store");
          i.set(at, i.add(at, 16));
        });
        i.while(i.below(at, end), () => {
          // one column in all lanes of a vector: the arithmetic is the same
          f.get(at).memory(lanes.loadSplat).set(sum);
          for (const [r, row] of rows.entries()) {
            f.get(row).memory(lanes.loadSplat).set(x);
            multiplyAdd(f, lanes, fma, factors[r]!, x, sum);
            i.set(row, i.add(row, bytes));
          }
          f.get(at).get(sum);
          f.laneMemory(bytes === 4 ? "v128.store32_lane" : "v128.store64_lane", 0);
          i.set(at, i.add(at, bytes));
        });
        i.set(left, i.sub(left, count));
      });
    };
    i.set(left, k);
    addRows(8);
    addRows(1);
  });
}

/**
 * Columns whose k's are neighbors: squares are transposed in registers, so that columns are lanes again. Never fused: sums wait for one
 * another, and an addition is sooner done than a fused one.
 */
function linesFunction(lanes: Lanes, layout: Layout): FunctionBuilder {
  return eachUnit(layout, LINES, false, (unit) => {
    const { f, i, word, a, b, c, columns, k, scratch } = unit;
    const { bytes, count } = lanes;
    const groups = LINES / count;
    const offsets = Array.from({ length: LINES }, () => unit.new());
    const square = Array.from({ length: 2 * count }, () => unit.new("v128"));
    const factors = Array.from({ length: count }, () => unit.new("v128"));
    const sums = Array.from({ length: groups }, () => unit.new("v128"));
    const totals = Array.from({ length: groups }, () => unit.new("v128"));
    const [start, left, at] = [unit.new(), unit.new(), unit.new()];
    const lines = i.local(word("bLine"));
    const step = i.local(word("aK"));
    // beyond the last column it is read again, and not stored
    for (const [l, offset] of offsets.entries()) i.set(offset, i.mul(i.min(l, i.sub(columns, 1)), lines));
    const nextFactor = (factor: Local) => {
      f.get(a).memory(lanes.loadSplat).set(factor);
      i.set(a, i.add(a, step));
    };
    const zero = (vector: Local) => f.i32(0).simd("i32x4.splat").set(vector);
    i.for(start, 0, k, PRODUCT_BLOCK, () => {
      for (const sum of sums) zero(sum);
      i.set(left, i.min(i.sub(k, start), PRODUCT_BLOCK));
      i.while(i.less(count - 1, left), () => {
        for (const factor of factors) nextFactor(factor);
        for (const [g, sum] of sums.entries()) {
          for (let l = 0; l < count; l++) {
            i.push(i.add(b, offsets[g * count + l]!));
            f.memory("v128.load").set(square[l]!);
          }
          for (const [q, x] of transpose(f, lanes, square).entries()) multiplyAdd(f, lanes, false, factors[q]!, x, sum);
        }
        i.set(b, i.add(b, 16));
        i.set(left, i.sub(left, count));
      });
      i.while(i.less(0, left), () => {
        nextFactor(factors[0]!);
        for (const [g, sum] of sums.entries()) {
          for (let l = 0; l < count; l++) {
            i.push(i.add(b, offsets[g * count + l]!));
            f.get(square[0]!);
            f.laneMemory(bytes === 4 ? "v128.load32_lane" : "v128.load64_lane", l).set(square[0]!);
          }
          multiplyAdd(f, lanes, false, factors[0]!, square[0]!, sum);
        }
        i.set(b, i.add(b, bytes));
        i.set(left, i.sub(left, 1));
      });
      i.if(
        start,
        () => {
          for (const [g, total] of totals.entries()) f.get(total).get(sums[g]!).simd(lanes.vectorAdd).set(total);
        },
        () => {
          for (const [g, total] of totals.entries()) f.get(sums[g]!).set(total);
        },
      );
    });
    i.if(
      i.and(i.equal(columns, LINES), i.equal(word("cColumn"), bytes)),
      () => {
        for (const [g, total] of totals.entries())
          f.get(c)
            .get(total)
            .memory("v128.store", 16 * g);
      },
      () => {
        for (const [g, total] of totals.entries())
          f.get(scratch)
            .get(total)
            .memory("v128.store", 16 * g);
        i.set(at, scratch);
        i.while(i.less(0, columns), () => {
          f.get(c).get(at).memory(lanes.load).memory(lanes.store);
          i.set(c, i.add(c, word("cColumn")));
          i.set(at, i.add(at, bytes));
          i.set(columns, i.sub(columns, 1));
        });
      },
    );
  });
}

/** One column with its k's as neighbors, like those of the vector: products four (two) at a time, added up in a row. */
function dotsFunction(lanes: Lanes, layout: Layout): FunctionBuilder {
  return eachUnit(layout, 1, true, ({ f, i, a, b, c, k, new: local }) => {
    const { width, bytes } = lanes;
    const sum = f.local(width);
    const products = local("v128");
    (width === "f32" ? f.f32(0) : f.f64(0)).set(sum);
    i.while(i.less(lanes.count - 1, k), () => {
      f.get(a).memory("v128.load").get(b).memory("v128.load").simd(lanes.vectorMul).set(products);
      for (let lane = 0; lane < lanes.count; lane++) {
        f.get(sum)
          .get(products)
          .lane(width === "f32" ? "f32x4.extract_lane" : "f64x2.extract_lane", lane);
        f.plain(lanes.add).set(sum);
      }
      i.set(a, i.add(a, 16));
      i.set(b, i.add(b, 16));
      i.set(k, i.sub(k, lanes.count));
    });
    i.while(i.less(0, k), () => {
      f.get(sum).get(a).memory(lanes.load).get(b).memory(lanes.load).plain(lanes.mul).plain(lanes.add).set(sum);
      i.set(a, i.add(a, bytes));
      i.set(b, i.add(b, bytes));
      i.set(k, i.sub(k, 1));
    });
    f.get(c).get(sum).memory(lanes.store);
  });
}

/** C = (row 0 + row 1) + row 2 + … of B: sums of blocks in order. */
function combineFunction(lanes: Lanes, layout: Layout): FunctionBuilder {
  return eachUnit(layout, CHUNK, false, ({ f, i, word, b, c, columns, k, new: local }) => {
    const { width, bytes } = lanes;
    const [at, left] = [local(), local()];
    const sum = f.local(width);
    const step: Operand = word("bK");
    i.while(i.less(0, columns), () => {
      f.get(b).memory(lanes.load).set(sum);
      i.set(at, b);
      i.for(left, 1, k, 1, () => {
        i.set(at, i.add(at, step));
        f.get(sum).get(at).memory(lanes.load).plain(lanes.add).set(sum);
      });
      f.get(c).get(sum).memory(lanes.store);
      i.set(b, i.add(b, bytes));
      i.set(c, i.add(c, word("cColumn")));
      i.set(columns, i.sub(columns, 1));
    });
  });
}
