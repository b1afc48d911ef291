import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { threefry2x32 } from "./threefry.ts";

type Generator = (key0: number, key1: number, counter0: number, counter1: number, out: Uint32Array, at: number) => void;

// kat_vectors of the Random123 1.14 distribution, lines "threefry2x32 20": key, counter, block
const KNOWN = [
  { key: [0, 0], counter: [0, 0], block: [0x6b200159, 0x99ba4efe] },
  { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], block: [0x1cb996fc, 0xbb002be7] },
  { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], block: [0xc4923a9c, 0x483df7a0] },
] as const;

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

function run(generator: Generator, key: readonly number[], counter: readonly number[]): number[] {
  const out = new Uint32Array(2);
  generator(key[0]!, key[1]!, counter[0]!, counter[1]!, out, 0);
  return [...out];
}

function knownAnswersMissed(generator: Generator): number {
  return KNOWN.filter(({ key, counter, block }) => `${run(generator, key, counter)}` !== `${block}`).length;
}

/** The definition as a loop over a table, with everything that can be got wrong as a parameter. */
function byTable({ rotations = ROTATIONS, rounds = 20, parity = 0x1bd11bda, group = 1 } = {}): Generator {
  return (key0, key1, counter0, counter1, out, at) => {
    const keys = [key0 >>> 0, key1 >>> 0, (parity ^ key0 ^ key1) >>> 0];
    let x0 = (counter0 + keys[0]!) >>> 0;
    let x1 = (counter1 + keys[1]!) >>> 0;
    for (let round = 0; round < rounds; round++) {
      const rotation = rotations[round % 8]!;
      x0 = (x0 + x1) >>> 0;
      x1 = (((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0) >>> 0;
      if (round % 4 === 3) {
        const s = (round + 1) / 4;
        x0 = (x0 + keys[s % 3]!) >>> 0;
        x1 = (x1 + keys[(s + 1) % 3]! + s * group) >>> 0;
      }
    }
    out[at] = x0;
    out[at + 1] = x1;
  };
}

describe("threefry2x32", () => {
  it("gives the known answers of Random123", () => {
    expect(knownAnswersMissed(threefry2x32)).toBe(0);
  });

  it("agrees with the definition as a loop, for signed and unsigned words", () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(fc.tuple(word, word), fc.tuple(word, word), (key, counter) => {
        expect(run(threefry2x32, key, counter)).toEqual(run(byTable(), key, counter));
      }),
    );
  });

  it("changes half of its 64 bits when one bit of key or counter changes", () => {
    const base = run(threefry2x32, [1, 2], [3, 4]);
    let flips = 0;
    for (let bit = 0; bit < 128; bit++) {
      const input = [1, 2, 3, 4];
      input[bit >> 5] = input[bit >> 5]! ^ (1 << (bit & 31));
      const block = run(threefry2x32, input.slice(0, 2), input.slice(2));
      for (let w = 0; w < 2; w++) {
        for (let x = (block[w]! ^ base[w]!) >>> 0; x !== 0; x = (x & (x - 1)) >>> 0) flips++;
      }
    }
    // 8,192 fair coins: mean 4,096, standard deviation 45; five of them
    expect(Math.abs(flips - 4096)).toBeLessThan(226);
  });

  it.each([
    ["a rotation off by one", byTable({ rotations: [13, 15, 26, 7, 17, 29, 16, 24] })],
    ["the rotations of another width", byTable({ rotations: [16, 42 % 32, 12, 31, 16, 32 - 1, 24, 21] })],
    ["13 rounds", byTable({ rounds: 13 })],
    ["another parity", byTable({ parity: 0x1bd11bdb })],
    ["no count in the key schedule", byTable({ group: 0 })],
  ])("the known answers catch %s", (_, planted) => {
    expect(knownAnswersMissed(planted)).toBeGreaterThan(0);
  });
});
