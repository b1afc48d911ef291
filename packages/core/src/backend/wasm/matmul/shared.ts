// Products of many rows: a first call packs B into memory that all threads read, a second multiplies.
import { PRODUCT_BLOCK } from "../../../program/kernels/product.ts";
import { FunctionBuilder, type Local } from "../assembler.ts";
import { type Call, type EmitOptions, KERNEL_SIGNATURE, WORKSPACE } from "../emitted.ts";
import { BlockLayout } from "./block.ts";
import { Integers } from "./integers.ts";
import { LANES, type Width } from "./lanes.ts";
import { packOf } from "./pack.ts";
import { BATCH_WORDS, BLOCK_ROWS, batchWords, costOf, packRows, panelColumns, TILE_BYTES } from "./packed.ts";
import { address, batchSize, type Product } from "./product.ts";
import { ROW_UNIT, stripOf, tileShape } from "./tile.ts";

/** Packed panels may take so much memory; wider products run in chunks of columns. */
const WORKSPACE_LIMIT = 16 << 20;
/** Narrower chunks would pack A too often. */
const NARROWEST_CHUNK = 128;

const PACK_WORDS = ["b", "bLine", "bK", "n", "k", "packed", "packedBatch"] as const;
const PACK_AXES = ["extent", "bBatch"] as const;
const WORDS = ["a", "aLine", "aK", "packed", "c", "cRow", "cColumn", "m", "n", "k", "reach"] as const;

type PackLayout = BlockLayout<(typeof PACK_WORDS)[number], (typeof PACK_AXES)[number]>;
type Layout = BlockLayout<(typeof WORDS)[number], (typeof BATCH_WORDS)[number]>;

/**
 * The calls and the bytes of workspace of a product; `undefined` if B is too long or has too many matrices for the workspace. Packed
 * B is, for each of its matrices, for each block of k's, the panels of columns in a row.
 * With `upper` rows of tiles end at the diagonal: what is below is left as it is.
 */
export function sharedCalls(
  p: Product,
  upper: boolean,
): { readonly calls: readonly Call[]; readonly workspaceBytes: number } | undefined {
  const { bytes } = LANES[p.width];
  const columns = panelColumns(p.width);
  const axesOfB = p.batch.filter(({ b }) => b !== 0);
  const matrices = axesOfB.reduce((count, { extent }) => count * extent, 1);
  const bytesPerPanel = matrices * p.k * columns * bytes;
  const panels = Math.ceil(p.n / columns);
  const panelsPerChunk = Math.min(panels, Math.floor(WORKSPACE_LIMIT / Math.max(1, bytesPerPanel)));
  if (panelsPerChunk < panels && panelsPerChunk * columns < NARROWEST_CHUNK) return undefined;
  const calls: Call[] = [];
  for (let panel = 0; panel < panels; panel += panelsPerChunk) {
    const column = panel * columns;
    const chunk: Product = {
      ...p,
      n: Math.min(p.n - column, panelsPerChunk * columns),
      b: { ...p.b, bytes: p.b.bytes + column * p.b.line },
      c: { ...p.c, bytes: p.c.bytes + column * p.c.column },
    };
    calls.push(packCall(chunk), multiplyCall(chunk, upper ? column : undefined));
  }
  return { calls, workspaceBytes: panelsPerChunk * bytesPerPanel };
}

function packedBytes(p: Product): number {
  const columns = panelColumns(p.width);
  return Math.ceil(p.n / columns) * columns * p.k * LANES[p.width].bytes;
}

function packCall(p: Product): Call {
  const columns = panelColumns(p.width);
  const axes = p.batch.filter(({ b }) => b !== 0);
  const units = axes.reduce((count, { extent }) => count * extent, 1) * Math.ceil(p.n / columns);
  const cost = 20 + 0.5 * columns * p.k;
  const layout = new BlockLayout(PACK_WORDS, PACK_AXES, axes.length);
  return {
    key: `product pack ${p.width} ${axes.length}`,
    emit: () => packFunction(p.width, layout),
    words: layout.words(
      {
        b: address(p.b),
        bLine: p.b.line,
        bK: p.b.k,
        n: p.n,
        k: p.k,
        packed: address({ buffer: WORKSPACE, bytes: 0 }),
        packedBatch: packedBytes(p),
      },
      { extent: axes.map(({ extent }) => extent), bBatch: axes.map(({ b }) => b) },
    ),
    units,
    grain: Math.min(units, Math.ceil(10_000 / cost)),
    cost: units * cost,
    scratchBytes: 0,
  };
}

/** A unit is a panel, for all k's. */
function packFunction(width: Width, layout: PackLayout): FunctionBuilder {
  const { bytes } = LANES[width];
  const span = panelColumns(width);
  const f = new FunctionBuilder(KERNEL_SIGNATURE);
  const [args, from, to] = f.params as [Local, Local, Local, Local];
  const i = new Integers(f);
  const { word, eachAxis } = layout.reader(f, args);
  const n = i.local(word("n"));
  const k = i.local(word("k"));
  const panels = i.local(i.div(i.add(n, span - 1), span));
  const matrix = f.local("i32");
  const panel = f.local("i32");
  const source = f.local("i32");
  const target = f.local("i32");
  const start = f.local("i32");
  const count = f.local("i32");
  i.for(from, from, to, 1, () => {
    i.set(matrix, i.div(from, panels));
    i.set(panel, i.sub(from, i.mul(matrix, panels)));
    i.set(source, i.add(word("b"), i.mul(i.mul(panel, span), word("bLine"))));
    eachAxis(matrix, "extent", (at, ofAxis) => i.set(source, i.add(source, i.mul(at, ofAxis("bBatch")))));
    i.set(target, i.add(word("packed"), i.mul(matrix, word("packedBatch"))));
    i.for(start, 0, k, PRODUCT_BLOCK, () => {
      i.set(count, i.min(i.sub(k, start), PRODUCT_BLOCK));
      i.call(
        packOf(width, span),
        i.add(source, i.mul(start, word("bK"))),
        word("bLine"),
        word("bK"),
        i.min(i.sub(n, i.mul(panel, span)), span),
        count,
        i.add(target, i.mul(i.add(i.mul(panels, start), i.mul(panel, count)), span * bytes)),
      );
    });
  });
  return f;
}

function multiplyCall(p: Product, diagonal: number | undefined): Call {
  const { bytes } = LANES[p.width];
  const columns = panelColumns(p.width);
  const layout = new BlockLayout(WORDS, BATCH_WORDS, p.batch.length);
  const rowUnits = Math.ceil(p.m / ROW_UNIT);
  const units = batchSize(p) * rowUnits;
  const cost = costOf(p.width, ROW_UNIT * p.n * p.k);
  // where packed matrices are: row-major over the axes on which B depends
  let step = packedBytes(p);
  const bBatch = p.batch.map(() => 0);
  for (let axis = p.batch.length - 1; axis >= 0; axis--) {
    if (p.batch[axis]!.b === 0) continue;
    bBatch[axis] = step;
    step *= p.batch[axis]!.extent;
  }
  return {
    key: `product multiply ${p.width} ${p.batch.length}`,
    emit: (options) => multiplyFunction(p.width, layout, options),
    words: layout.words(
      {
        a: address(p.a),
        aLine: p.a.line,
        aK: p.a.k,
        packed: address({ buffer: WORKSPACE, bytes: 0 }),
        c: address(p.c),
        cRow: p.c.row,
        cColumn: p.c.column,
        m: p.m,
        n: p.n,
        k: p.k,
        // rows beyond the end of a panel's columns are below the diagonal
        reach: diagonal === undefined ? p.m : diagonal + columns,
      },
      { ...batchWords(p), bBatch },
    ),
    units,
    grain: Math.min(units, BLOCK_ROWS[p.width] / ROW_UNIT, Math.ceil(20_000 / cost)),
    cost: units * cost * (diagonal === undefined ? 1 : 0.5),
    scratchBytes: TILE_BYTES + Math.min(p.k, PRODUCT_BLOCK) * BLOCK_ROWS[p.width] * bytes,
  };
}

/** A unit is some rows of C: of a length that both heights of tiles divide. */
function multiplyFunction(width: Width, layout: Layout, { fma }: EmitOptions): FunctionBuilder {
  const { bytes } = LANES[width];
  const shape = tileShape(width, fma);
  const f = new FunctionBuilder(KERNEL_SIGNATURE);
  const [args, from, to, scratch] = f.params as [Local, Local, Local, Local];
  const i = new Integers(f);
  const { word, eachAxis } = layout.reader(f, args);
  const m = i.local(word("m"));
  const n = i.local(word("n"));
  const k = i.local(word("k"));
  const rowUnits = i.local(i.div(i.add(m, ROW_UNIT - 1), ROW_UNIT));
  const panels = i.local(i.div(i.add(n, shape.columns - 1), shape.columns));
  const panelsA = i.local(i.add(scratch, TILE_BYTES));
  const [batch, first, last, a, b, c, row, rows, start, count, panel, column, reached] = Array.from(
    { length: 13 },
    () => f.local("i32"),
  ) as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local];

  i.while(i.less(from, to), () => {
    i.set(batch, i.div(from, rowUnits));
    i.set(first, i.sub(from, i.mul(batch, rowUnits)));
    i.set(last, i.min(rowUnits, i.add(first, i.sub(to, from))));
    i.set(from, i.add(from, i.sub(last, first)));
    i.set(a, word("a"));
    i.set(b, word("packed"));
    i.set(c, word("c"));
    eachAxis(batch, "extent", (at, ofAxis) => {
      i.set(a, i.add(a, i.mul(at, ofAxis("aBatch"))));
      i.set(b, i.add(b, i.mul(at, ofAxis("bBatch"))));
      i.set(c, i.add(c, i.mul(at, ofAxis("cBatch"))));
    });
    i.set(last, i.min(m, i.mul(last, ROW_UNIT)));
    i.for(row, i.mul(first, ROW_UNIT), last, BLOCK_ROWS[width], () => {
      i.set(rows, i.min(i.sub(last, row), BLOCK_ROWS[width]));
      i.for(start, 0, k, PRODUCT_BLOCK, () => {
        i.set(count, i.min(i.sub(k, start), PRODUCT_BLOCK));
        packRows(f, width, fma, {
          source: i.add(a, i.mul(row, word("aLine")), i.mul(start, word("aK"))),
          line: word("aLine"),
          k: word("aK"),
          rows,
          count,
          target: panelsA,
        });
        i.for(panel, 0, panels, 1, () => {
          i.set(column, i.mul(panel, shape.columns));
          i.set(reached, i.min(rows, i.sub(i.add(word("reach"), column), row)));
          i.if(i.less(0, reached), () =>
            i.call(
              stripOf(width, fma),
              panelsA,
              i.add(b, i.mul(i.add(i.mul(panels, start), i.mul(panel, count)), shape.columns * bytes)),
              i.mul(count, shape.columns * bytes),
              i.add(c, i.mul(row, word("cRow")), i.mul(column, word("cColumn"))),
              word("cRow"),
              word("cColumn"),
              reached,
              i.min(i.sub(n, column), shape.columns),
              start,
              scratch,
            ),
          );
        });
      });
    });
  });
  return f;
}
