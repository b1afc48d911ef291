// Classes drawn by their logits or probabilities.
import type { NDArray } from "../array/index.ts";
import { DataError, formatShape, OptionChecker, ShapeError } from "../errors/index.ts";
import { toFloat } from "../ops/index.ts";
import type { TypedArray } from "../program/index.ts";
import { checkDraw, defineDraw } from "./draw.ts";
import { standardExponential } from "./exponential.ts";
import type { Key } from "./key.ts";
import { portableLog } from "./portable-log.ts";
import { drawWords } from "./stream.ts";

/** One of the two. Classes lie along the last axis, "… k"; the axes before it broadcast to the shape of the draw. */
export type CategoricalOptions =
  | {
      /** Logarithms of the probabilities, up to a constant per row; −∞ is never drawn. */
      logits: NDArray;
      probabilities?: never;
    }
  | {
      /** 0 or more; rows may have any positive sum. */
      probabilities: NDArray;
      logits?: never;
    };

type Scale = "logits" | "probabilities";

/**
 * Independent classes 0 … k − 1, class j with probability softmax(logits)ⱼ, or pⱼ/Σp.
 *
 *     class = argminⱼ Eⱼ/pⱼ = argmaxⱼ (logitⱼ − log Eⱼ),     Eⱼ exponential, one block of 64 bits each
 *
 * No normalization and no exponential of logits: they may have any size. Logits and probabilities that mean the same give the
 * same classes from the same key. Cost: k logarithms per number (two for logits); for many numbers from one row,
 * `choose(key, k, count, { replace: true, weights })` takes one bisection each.
 * The probabilities may be known only when the program runs; the classes have no derivative.
 * @throws ShapeError when the axes before the classes do not broadcast to `shape`, or there is no class.
 * @throws DataError when a logit is NaN or ∞, a probability is negative or not finite, or nothing in a row can be drawn.
 * Source: Gumbel (1954), "Statistical theory of extreme values and some practical applications"; Maddison, Tarlow & Minka
 * (2014), "A* sampling", section 2.
 *
 * @example
 * ```ts
 * categorical(key(42), [8], { probabilities: array([0.5, 0.25, 0.25]) }).toArray(); // [0, 1, 2, 1, 2, 0, 2, 0]
 * const rows = array([[0, -Infinity], [3, 3]]); // one draw per row
 * categorical(key(42), [2], { logits: rows }).toArray(); // [0, 1]
 * ```
 */
export function categorical(key: Key, shape: readonly number[], options: CategoricalOptions): NDArray<"int"> {
  const checker = new OptionChecker("categorical", options, ["logits", "probabilities"]);
  const { logits, probabilities } = options;
  if ((logits === undefined) === (probabilities === undefined)) {
    checker.fail("logits", "give logits or probabilities, one of them.");
  }
  checker.done();
  const given = toFloat((logits ?? probabilities)!);
  const classes = given.shape.at(-1) ?? 0;
  if (classes === 0) {
    throw new ShapeError(
      `categorical: the last axis holds the classes, and shape ${formatShape(given.shape)} has none there.`,
      { code: "no-classes", operation: "categorical", shapes: [given.shape] },
    );
  }
  checkDraw("categorical", shape, classes);
  const rows = given.ndim === 1 ? given : given.broadcastTo([...shape, classes]);
  const by = logits === undefined ? "probabilities" : "logits";
  return draw(key, { shape: [...shape], classes, by }, rows) as NDArray<"int">;
}

const draw = defineDraw<{ shape: readonly number[]; classes: number; by: Scale }>({
  name: "categorical",
  spec: ({ shape }) => ({ shape, dtype: "i32" }),
  fill(bits, output, { classes, by }, rows) {
    checkRows(rows, classes, by);
    const most = Math.max(1, Math.floor(4096 / classes)); // numbers at a time: the words stay in the cache
    for (let start = 0; start < output.length; start += most) {
      const count = Math.min(most, output.length - start);
      output.set(categoricalValues(drawWords(bits, count * classes, start * classes), rows, classes, by, start), start);
    }
  },
});

/** Classes of the elements from `start` on; the rows are used in turn. @internal */
export function categoricalValues(
  words: Uint32Array,
  rows: TypedArray,
  classes: number,
  by: Scale,
  start = 0,
): Int32Array {
  const values = new Int32Array(words.length / 2 / classes);
  for (let i = 0; i < values.length; i++) {
    const row = ((start + i) * classes) % rows.length;
    let largest = 0;
    if (by === "probabilities") for (let j = 0; j < classes; j++) largest = Math.max(largest, rows[row + j]!);
    let best = -Infinity;
    for (let j = 0; j < classes; j++) {
      const at = 2 * (i * classes + j);
      const time = standardExponential(words[at]!, words[at + 1]!);
      const score = by === "logits" ? rows[row + j]! - portableLog(time) : -time / (rows[row + j]! / largest);
      if (score > best) {
        best = score;
        values[i] = j;
      }
    }
  }
  return values;
}

/** @throws DataError on the first row that gives no distribution. */
function checkRows(rows: TypedArray, classes: number, by: Scale): void {
  let possible = false;
  for (let i = 0; i < rows.length; i++) {
    const [row, column] = [Math.floor(i / classes), i % classes];
    const x = rows[i]!;
    if (!(x < Infinity) || (by === "probabilities" && x < 0)) {
      const rule =
        by === "logits" ? "logits must be numbers or -Infinity" : "probabilities must be finite and 0 or more";
      const place =
        rows.length === classes ? `[${column}]` : `[${row}, ${column}] (rows counted in the shape of the draw)`;
      throw new DataError(`categorical: ${by}${place} is ${x}; ${rule}.`, {
        code: "probability",
        row,
        column: String(column),
      });
    }
    if (x > (by === "logits" ? -Infinity : 0)) possible = true;
    if (column < classes - 1) continue;
    if (!possible) {
      throw new DataError(
        `categorical: no class of row ${row} can be drawn: all its ${by} are ${by === "logits" ? "-Infinity" : "0"}.`,
        { code: "no-class", row },
      );
    }
    possible = false;
  }
}
