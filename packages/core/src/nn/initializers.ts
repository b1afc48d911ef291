// How weights start. A matrix is "in out"; axes in front of the last two count copies of it.
import { full, type NDArray } from "../array/index.ts";
import { formatShape, OptionError, ShapeError } from "../errors/index.ts";
import { qr } from "../linalg/index.ts";
import { where } from "../ops/index.ts";
import { truncatedNormal as drawTruncated, type Key, normal, uniform } from "../random/index.ts";

/** Draws a parameter. Shapes of matrices are "in out". */
export type Initializer = (key: Key, shape: readonly number[]) => NDArray;

/**
 * Uniform on ±√(6/(in + out)): keeps the variance of values and of gradients about equal from layer to layer, for tanh.
 *
 * @throws ShapeError (when drawing) for a shape that is no matrix.
 * Source: Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks", equation 16.
 *
 * @example
 * ```ts
 * const W = glorotUniform()(key(0), [300, 300]);
 * W.abs().max().item() <= 0.1; // true
 * ```
 */
export function glorotUniform(): Initializer {
  return (key, shape) => {
    const { inputs, outputs } = fans("glorotUniform", shape);
    const limit = Math.sqrt(6 / (inputs + outputs));
    return uniform(key, shape, { low: -limit, high: limit });
  };
}

/**
 * Normal with standard deviation √(2/in): keeps the variance of values through relu, which halves it.
 *
 * @throws ShapeError (when drawing) for a shape that is no matrix.
 * Source: He et al. (2015), "Delving deep into rectifiers", equation 10.
 */
export function heNormal(): Initializer {
  return (key, shape) => normal(key, shape, { std: Math.sqrt(2 / fans("heNormal", shape).inputs) });
}

/** Normal with mean 0, cut at ±2·std before scaling: no outliers. The deviation of what is drawn is 0.88·std. */
export function truncatedNormal(std: number): Initializer {
  positive("truncatedNormal", "std", std);
  return (key, shape) => drawTruncated(key, shape, { std, low: -2 * std, high: 2 * std });
}

/**
 * Orthonormal columns (rows, for wide matrices) times `gain`: all singular values equal it. Default 1.
 *
 * Method: Q of the factorization of a normal matrix, its columns signed by the diagonal of R, so that all are equally likely.
 * @throws ShapeError (when drawing) unless the shape has two axes.
 * Source: Saxe, McClelland & Ganguli (2014); Mezzadri (2007) for the signs.
 *
 * @example
 * ```ts
 * const W = orthogonal(2)(key(0), [3, 3]);
 * W.T.matmul(W).toArray().map(Math.round); // [4, 0, 0, 0, 4, 0, 0, 0, 4]
 * ```
 */
export function orthogonal(gain = 1): Initializer {
  positive("orthogonal", "gain", gain);
  return (key, shape) => {
    if (shape.length !== 2) throw notAMatrix("orthogonal", shape);
    const [rows, columns] = shape as [number, number];
    const tall = rows >= columns;
    const { Q, R } = qr(normal(key, tall ? [rows, columns] : [columns, rows]));
    const size = Math.min(rows, columns);
    const diagonal = R.flatten().take(Array.from({ length: size }, (_, i) => i * (size + 1)));
    const signed = Q.mul(where(diagonal.less(0), -gain, gain));
    return tall ? signed : signed.T;
  };
}

/** The same number everywhere: biases, offsets. */
export function constantInit(value: number): Initializer {
  return (_key, shape) => full(shape, value);
}

function fans(owner: string, shape: readonly number[]): { inputs: number; outputs: number } {
  if (shape.length < 2) throw notAMatrix(owner, shape);
  return { inputs: shape.at(-2)!, outputs: shape.at(-1)! };
}

function notAMatrix(owner: string, shape: readonly number[]): ShapeError {
  return new ShapeError(
    `${owner}: the shape ${formatShape(shape)} is no matrix "in out". For vectors take constantInit or truncatedNormal.`,
    { code: "not-a-matrix", operation: owner, shapes: [shape] },
  );
}

function positive(owner: string, option: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new OptionError(`${owner}: ${option} must be positive, got ${value}.`, { code: "invalid-option", option });
}
