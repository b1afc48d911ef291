// Panels: the elements of some rows of A (or columns of B), k by k, so that tiles read them in a row. Any strides, no copies before.
import { FunctionBuilder, type Local } from "../assembler.ts";
import { Integers } from "./integers.ts";
import { LANES, type Lanes, shuffleLanes, type Width } from "./lanes.ts";

/**
 * (source, bytes between lines, bytes between k's, lines, k's, destination): panel[k][line] = source[line, k] for `span` lines.
 * Where there are fewer, the last is repeated: what tiles compute from it is never stored.
 */
function packFunction(lanes: Lanes, span: number): FunctionBuilder {
  const f = new FunctionBuilder({ params: ["i32", "i32", "i32", "i32", "i32", "i32"], results: [] });
  const [source, lineBytes, kBytes, lines, count, target] = f.params as [Local, Local, Local, Local, Local, Local];
  const i = new Integers(f);
  const { bytes } = lanes;
  const left = i.local(count);
  const offsets = Array.from({ length: span }, () => f.local("i32"));
  const vectors = Array.from({ length: 2 * lanes.count }, () => f.local("v128"));

  i.if(i.and(i.equal(lineBytes, bytes), i.equal(lines, span)), () => {
    // lines are neighbors: whole vectors
    i.while(i.less(0, left), () => {
      let line = 0;
      for (; line + lanes.count <= span; line += lanes.count) {
        f.get(target)
          .get(source)
          .memory("v128.load", line * bytes)
          .memory("v128.store", line * bytes);
      }
      for (; line < span; line++) {
        f.get(target)
          .get(source)
          .memory(lanes.load, line * bytes)
          .memory(lanes.store, line * bytes);
      }
      i.set(source, i.add(source, kBytes));
      i.set(target, i.add(target, span * bytes));
      i.set(left, i.sub(left, 1));
    });
    f.plain("return");
  });
  i.set(lines, i.sub(lines, 1));
  for (const [line, offset] of offsets.entries()) i.set(offset, i.mul(lineBytes, i.min(line, lines)));
  i.if(i.equal(kBytes, bytes), () => {
    // k's are neighbors: squares of lanes are transposed in registers
    i.while(i.less(lanes.count - 1, left), () => {
      let line = 0;
      for (; line + lanes.count <= span; line += lanes.count) {
        for (let l = 0; l < lanes.count; l++) {
          i.push(i.add(source, offsets[line + l]!));
          f.memory("v128.load").set(vectors[l]!);
        }
        for (const [k, vector] of transpose(f, lanes, vectors).entries()) {
          f.get(target)
            .get(vector)
            .memory("v128.store", (k * span + line) * bytes);
        }
      }
      for (; line < span; line++) {
        i.push(i.add(source, offsets[line]!));
        f.memory("v128.load").set(vectors[0]!);
        for (let k = 0; k < lanes.count; k++) {
          f.get(target).get(vectors[0]!);
          f.laneMemory(bytes === 4 ? "v128.store32_lane" : "v128.store64_lane", k, (k * span + line) * bytes);
        }
      }
      i.set(source, i.add(source, 16));
      i.set(target, i.add(target, lanes.count * span * bytes));
      i.set(left, i.sub(left, lanes.count));
    });
  });
  i.while(i.less(0, left), () => {
    for (const [line, offset] of offsets.entries()) {
      f.get(target);
      i.push(i.add(source, offset));
      f.memory(lanes.load).memory(lanes.store, line * bytes);
    }
    i.set(source, i.add(source, kBytes));
    i.set(target, i.add(target, span * bytes));
    i.set(left, i.sub(left, 1));
  });
  return f;
}

/** The square in the first `count` locals, transposed; the result is in the locals returned, all others are free again. */
export function transpose(f: FunctionBuilder, lanes: Lanes, locals: readonly Local[]): readonly Local[] {
  const shuffled = (x: Local, y: Local, into: Local, picked: readonly number[]) => {
    f.get(x).get(y);
    shuffleLanes(f, lanes, picked);
    f.set(into);
  };
  if (lanes.count === 2) {
    const [x, y, low, high] = locals as [Local, Local, Local, Local];
    shuffled(x, y, low, [0, 2]);
    shuffled(x, y, high, [1, 3]);
    return [low, high];
  }
  const [x0, x1, x2, x3, y0, y1, y2, y3] = locals as [Local, Local, Local, Local, Local, Local, Local, Local];
  shuffled(x0, x1, y0, [0, 4, 1, 5]);
  shuffled(x0, x1, y1, [2, 6, 3, 7]);
  shuffled(x2, x3, y2, [0, 4, 1, 5]);
  shuffled(x2, x3, y3, [2, 6, 3, 7]);
  shuffled(y0, y2, x0, [0, 1, 4, 5]);
  shuffled(y0, y2, x1, [2, 3, 6, 7]);
  shuffled(y1, y3, x2, [0, 1, 4, 5]);
  shuffled(y1, y3, x3, [2, 3, 6, 7]);
  return [x0, x1, x2, x3];
}

const made = new Map<string, FunctionBuilder>();

/** The function that packs one panel; one object per width and span, so that a module holds it once. */
export function packOf(width: Width, span: number): FunctionBuilder {
  const key = `${width} ${span}`;
  let pack = made.get(key);
  if (pack === undefined) {
    pack = packFunction(LANES[width], span);
    made.set(key, pack);
  }
  return pack;
}
