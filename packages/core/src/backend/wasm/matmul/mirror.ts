// The lower triangle of a symmetric product, copied from the upper one.
import { FunctionBuilder, type Local } from "../assembler.ts";
import { type Call, KERNEL_SIGNATURE } from "../emitted.ts";
import { BlockLayout } from "./block.ts";
import { Integers } from "./integers.ts";
import { LANES, type Width } from "./lanes.ts";
import { address, type Product } from "./product.ts";

const WORDS = ["c", "cRow", "cColumn", "n"] as const;
/** Squares of C: both the lines read and those written stay in the first-level cache. */
const SQUARE = 32;

/** C[i, j] ← C[j, i] for i > j. A unit is 32 rows. Only for products without a batch. */
export function mirrorCall(p: Product): Call {
  const layout = new BlockLayout(WORDS, [], 0);
  const units = Math.ceil(p.m / SQUARE);
  return {
    key: `product mirror ${p.width}`,
    emit: () => mirrorFunction(p.width, layout),
    words: layout.words({ c: address(p.c), cRow: p.c.row, cColumn: p.c.column, n: p.m }, {}),
    units,
    grain: Math.min(units, 2),
    cost: 0.5 * p.m * p.m,
    scratchBytes: 0,
  };
}

function mirrorFunction(width: Width, layout: BlockLayout<(typeof WORDS)[number], never>): FunctionBuilder {
  const lanes = LANES[width];
  const f = new FunctionBuilder(KERNEL_SIGNATURE);
  const [args, from, to] = f.params as [Local, Local, Local, Local];
  const i = new Integers(f);
  const { word } = layout.reader(f, args);
  const c = i.local(word("c"));
  const rowBytes = i.local(word("cRow"));
  const columnBytes = i.local(word("cColumn"));
  const last = i.local(i.min(word("n"), i.mul(to, SQUARE)));
  const [square, row, column, end, source, target] = Array.from({ length: 6 }, () => f.local("i32")) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const top = f.local("i32");
  i.for(top, i.mul(from, SQUARE), last, SQUARE, () => {
    i.for(square, 0, i.min(last, i.add(top, SQUARE)), SQUARE, () => {
      i.for(row, top, i.min(last, i.add(top, SQUARE)), 1, () => {
        i.set(end, i.min(row, i.add(square, SQUARE)));
        i.set(source, i.add(c, i.mul(square, rowBytes), i.mul(row, columnBytes)));
        i.set(target, i.add(c, i.mul(row, rowBytes), i.mul(square, columnBytes)));
        i.for(column, square, end, 1, () => {
          f.get(target).get(source).memory(lanes.load).memory(lanes.store);
          i.set(source, i.add(source, rowBytes));
          i.set(target, i.add(target, columnBytes));
        });
      });
    });
  });
  return f;
}
