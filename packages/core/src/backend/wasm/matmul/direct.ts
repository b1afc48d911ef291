// Products in one call: every thread packs what it multiplies.
import { PRODUCT_BLOCK } from "../../../program/kernels/product.ts";
import { FunctionBuilder, type Local } from "../assembler.ts";
import { type Call, type EmitOptions, KERNEL_SIGNATURE } from "../emitted.ts";
import { BlockLayout } from "./block.ts";
import { Integers } from "./integers.ts";
import { LANES, type Width } from "./lanes.ts";
import { packOf } from "./pack.ts";
import { BATCH_WORDS, BLOCK_ROWS, batchWords, costOf, packRows, panelColumns, TILE_BYTES } from "./packed.ts";
import { address, batchSize, type Product } from "./product.ts";
import { ROW_UNIT, stripOf, tileShape } from "./tile.ts";

const WORDS = ["a", "aLine", "aK", "b", "bLine", "bK", "c", "cRow", "cColumn", "m", "n", "k"] as const;
type Layout = BlockLayout<(typeof WORDS)[number], (typeof BATCH_WORDS)[number]>;

/**
 * One call for a whole product. A unit is a panel of columns of one matrix of the batch; each thread packs the rows of A once for the
 * panels that it works on, and each panel of B where it is used, in the first-level cache.
 */
export function directCall(p: Product): Call {
  const { bytes } = LANES[p.width];
  const columns = panelColumns(p.width);
  const panels = Math.ceil(p.n / columns);
  const count = batchSize(p);
  const layout = new BlockLayout(WORDS, BATCH_WORDS, p.batch.length);
  const blockK = Math.min(p.k, PRODUCT_BLOCK);
  const unitCost = costOf(p.width, p.m * columns * p.k);
  // packing A again costs about as much as a panel, so a part has a few
  const few = Math.max(8, Math.ceil(10_000 / unitCost));
  const grain = count > 1 && unitCost * panels < 50_000 ? panels : Math.min(panels, few);
  return {
    key: `product direct ${p.width} ${p.batch.length}`,
    emit: (options) => directFunction(p.width, layout, options),
    words: layout.words(
      {
        a: address(p.a),
        aLine: p.a.line,
        aK: p.a.k,
        b: address(p.b),
        bLine: p.b.line,
        bK: p.b.k,
        c: address(p.c),
        cRow: p.c.row,
        cColumn: p.c.column,
        m: p.m,
        n: p.n,
        k: p.k,
      },
      batchWords(p),
    ),
    units: count * panels,
    grain,
    cost: unitCost * panels * count,
    scratchBytes:
      TILE_BYTES + blockK * (columns + ROW_UNIT * Math.ceil(Math.min(p.m, BLOCK_ROWS[p.width]) / ROW_UNIT)) * bytes,
  };
}

function directFunction(width: Width, layout: Layout, { fma }: EmitOptions): FunctionBuilder {
  const { bytes } = LANES[width];
  const shape = tileShape(width, fma);
  const f = new FunctionBuilder(KERNEL_SIGNATURE);
  const [args, from, to, scratch] = f.params as [Local, Local, Local, Local];
  const i = new Integers(f);
  const { word, eachAxis } = layout.reader(f, args);
  const m = i.local(word("m"));
  const k = i.local(word("k"));
  const panels = i.local(i.div(i.add(word("n"), shape.columns - 1), shape.columns));
  const panelB = i.local(i.add(scratch, TILE_BYTES));
  const panelsA = i.local(i.add(panelB, i.mul(i.min(k, PRODUCT_BLOCK), shape.columns * bytes)));
  const batch = f.local("i32");
  const first = f.local("i32");
  const last = f.local("i32");
  const a = f.local("i32");
  const b = f.local("i32");
  const c = f.local("i32");
  const row = f.local("i32");
  const rows = f.local("i32");
  const start = f.local("i32");
  const count = f.local("i32");
  const panel = f.local("i32");
  const columns = f.local("i32");

  i.while(i.less(from, to), () => {
    i.set(batch, i.div(from, panels));
    i.set(first, i.sub(from, i.mul(batch, panels)));
    i.set(last, i.min(panels, i.add(first, i.sub(to, from))));
    i.set(from, i.add(from, i.sub(last, first)));
    i.set(a, word("a"));
    i.set(b, word("b"));
    i.set(c, word("c"));
    eachAxis(batch, "extent", (at, ofAxis) => {
      i.set(a, i.add(a, i.mul(at, ofAxis("aBatch"))));
      i.set(b, i.add(b, i.mul(at, ofAxis("bBatch"))));
      i.set(c, i.add(c, i.mul(at, ofAxis("cBatch"))));
    });
    i.for(row, 0, m, BLOCK_ROWS[width], () => {
      i.set(rows, i.min(i.sub(m, row), BLOCK_ROWS[width]));
      i.set(start, 0);
      f.loop((again) => {
        // at least once: a product over no k is 0
        i.set(count, i.min(i.sub(k, start), PRODUCT_BLOCK));
        packRows(f, width, fma, {
          source: i.add(a, i.mul(row, word("aLine")), i.mul(start, word("aK"))),
          line: word("aLine"),
          k: word("aK"),
          rows,
          count,
          target: panelsA,
        });
        i.for(panel, first, last, 1, () => {
          const column = i.mul(panel, shape.columns);
          i.set(columns, i.min(i.sub(word("n"), column), shape.columns));
          const source = i.add(b, i.mul(column, word("bLine")), i.mul(start, word("bK")));
          i.call(packOf(width, shape.columns), source, word("bLine"), word("bK"), columns, count, panelB);
          i.call(
            stripOf(width, fma),
            panelsA,
            panelB,
            i.mul(count, shape.columns * bytes),
            i.add(c, i.mul(row, word("cRow")), i.mul(column, word("cColumn"))),
            word("cRow"),
            word("cColumn"),
            rows,
            columns,
            start,
            scratch,
          );
        });
        i.set(start, i.add(start, PRODUCT_BLOCK));
        i.push(i.less(start, k));
        f.branchIf(again);
      });
    });
  });
  return f;
}
