import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childBits, drawWords, foldNumber, foldText, type KeyBits, seedBits } from "./stream.ts";

const name = ({ high, low }: KeyBits) => `${high >>> 0}:${low >>> 0}`;
const seed = fc.maxSafeInteger();

describe("drawWords", () => {
  it("gives element i the same words however the draw is cut", () => {
    fc.assert(
      fc.property(seed, fc.nat({ max: 50 }), fc.nat({ max: 50 }), (s, start, count) => {
        const whole = drawWords(seedBits(s), start + count);
        expect([...drawWords(seedBits(s), count, start)]).toEqual([...whole.slice(2 * start)]);
      }),
    );
  });

  it("gives every bit of a word the probability one half", () => {
    const n = 20_000;
    const words = drawWords(seedBits(11), n);
    for (let bit = 0; bit < 64; bit++) {
      let ones = 0;
      for (let i = 0; i < n; i++) ones += (words[2 * i + (bit >> 5)]! >>> (bit & 31)) & 1;
      // standard deviation √n/2 = 71; 4.5 of them, two-sided 7e-6 per bit
      expect(Math.abs(ones - n / 2)).toBeLessThan(318);
    }
  });
});

describe("seedBits", () => {
  it("tells all seeds apart, also negative ones and those beyond 32 bits", () => {
    const seeds = [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 32 + 1, -(2 ** 32), 2 ** 53 - 1, -(2 ** 53) + 1];
    expect(new Set(seeds.map((s) => name(seedBits(s)))).size).toBe(seeds.length);
    fc.assert(
      fc.property(seed, (s) => {
        expect(toInteger(seedBits(s))).toBe(BigInt(s));
      }),
    );
  });
});

function toInteger({ high, low }: KeyBits): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** All keys made from one parent by every way there is, and the blocks of its own draws. */
function family(text: (bits: KeyBits, label: string) => KeyBits): string[] {
  const parent = seedBits(1);
  const numbers = Array.from({ length: 1000 }, (_, i) => i);
  const words = drawWords(parent, 1000);
  return [
    ...numbers.map((i) => `${words[2 * i]!}:${words[2 * i + 1]!}`),
    ...numbers.map((i) => name(childBits(parent, i))),
    ...numbers.map((i) => name(foldNumber(parent, i))),
    ...numbers.map((i) => name(foldNumber(parent, -1 - i))),
    ...numbers.map((i) => name(foldNumber(parent, 2 ** 40 + i))),
    ...numbers.map((i) => name(text(parent, String(i)))),
    ...["", "\0", "\0\0", "a", "aa", "aaaa", "aaaaa", "a\0", "abcd\0", "abcd", "dropout", "Dropout"].map((label) =>
      name(text(parent, label)),
    ),
  ];
}

describe("children", () => {
  it("of one parent are all different, and none is a block of its draws", () => {
    const all = family(foldText);
    expect(new Set(all).size).toBe(all.length);
  });

  it("the comparison catches a text fold that forgets the length", () => {
    const forgetful = (bits: KeyBits, label: string) => foldText(bits, label.padEnd(8, "\0"));
    const all = family(forgetful);
    expect(new Set(all).size).toBeLessThan(all.length);
  });

  it("of a text depend on each of its code units", () => {
    fc.assert(
      fc.property(seed, fc.string(), fc.string(), (s, a, b) => {
        fc.pre(a !== b);
        expect(name(foldText(seedBits(s), a))).not.toBe(name(foldText(seedBits(s), b)));
      }),
    );
  });
});
