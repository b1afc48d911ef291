// The generator inside of kernels: the same words as `threefry2x32`, one instruction per operation.
import type { Body, Value } from "../program/index.ts";

/** Rotations of the four rounds between two additions of the key, in turn. */
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/**
 * Threefry-2x32 with 20 rounds of a counter (counter0, 0), all words i32.
 *
 * Source and constants as in `threefry2x32`, which is the definition of truth.
 */
export function threefryWords(b: Body, key0: Value, key1: Value, counter0: Value): readonly [high: Value, low: Value] {
  const whole = (value: number): Value => b.constant(value, "i32");
  const keys = [key0, key1, b.binary("xor", b.binary("xor", whole(0x1bd11bda), key0), key1)] as const;
  let x0 = b.add(counter0, key0);
  let x1 = key1; // the second word of the counter is 0
  for (let block = 0; block < 5; block++) {
    for (const bits of ROTATIONS[block % 2]!) {
      x0 = b.add(x0, x1);
      const turned = b.binary("or", b.binary("shl", x1, whole(bits)), b.binary("ushr", x1, whole(32 - bits)));
      x1 = b.binary("xor", turned, x0);
    }
    x0 = b.add(x0, keys[(block + 1) % 3]!);
    x1 = b.add(b.add(x1, keys[(block + 2) % 3]!), whole(block + 1));
  }
  return [x0, x1];
}

/** The upper 53 of 64 bits as a number in [0, 1), in f64. */
export function unit53Of(b: Body, high: Value, low: Value): Value {
  const upper = b.convert(b.binary("ushr", high, b.constant(5, "i32")), "f64");
  const lower = b.convert(b.binary("ushr", low, b.constant(6, "i32")), "f64");
  const whole = b.add(b.mul(upper, b.constant(0x4000000, "f64")), lower);
  return b.mul(whole, b.constant(1 / 0x20000000000000, "f64"));
}

/** The upper 24 of 32 bits as a number in [0, 1), in f64. */
export function unit24Of(b: Body, high: Value): Value {
  const whole = b.convert(b.binary("ushr", high, b.constant(8, "i32")), "f64");
  return b.mul(whole, b.constant(1 / 0x1000000, "f64"));
}
