// How the 2⁶⁴ blocks of one key are shared out: draws, children by number, children by label. No use can meet another.
import { threefry2x32 } from "./threefry.ts";

/** The two words of a key, signed 32-bit. */
export interface KeyBits {
  readonly high: number;
  readonly low: number;
}

// Block (counter0, counter1): counter0 is the element, child or low word of a label; the top byte of counter1 says what the
// block is for, its other 24 bits hold what is left of the label.
const PURPOSE = { draw: 0, split: 1, foldNumber: 2, foldText: 3 } as const;

function block({ high, low }: KeyBits, counter0: number, purpose: number, rest: number): KeyBits {
  const out = new Uint32Array(2);
  threefry2x32(high, low, counter0, (purpose << 24) | rest, out, 0);
  return { high: out[0]! | 0, low: out[1]! | 0 };
}

/**
 * Two random words for each of the elements start … start + count − 1. Element i depends on the key and on i alone, so a draw
 * may be cut into pieces, made in any order, or made longer, and keeps its numbers.
 */
export function drawWords(bits: KeyBits, count: number, start = 0): Uint32Array {
  const { high, low } = bits;
  const words = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) threefry2x32(high, low, start + i, PURPOSE.draw << 24, words, 2 * i);
  return words;
}

/** The key of a seed: the integer in two's complement. Generator and children scramble it. */
export function seedBits(seed: number): KeyBits {
  return { high: Math.floor(seed / 0x100000000) | 0, low: seed | 0 };
}

export function childBits(bits: KeyBits, child: number): KeyBits {
  return block(bits, child, PURPOSE.split, 0);
}

/** The child of a safe integer: 22 bits of its high word, with sign, and all of the low word. */
export function foldNumber(bits: KeyBits, label: number): KeyBits {
  return block(bits, label | 0, PURPOSE.foldNumber, Math.floor(label / 0x100000000) & 0xffffff);
}

/**
 * The child of a text: a chain over its UTF-16 code units, four to a block, each block keyed by the one before.
 * The length opens the chain, so no label continues another.
 */
export function foldText(bits: KeyBits, label: string): KeyBits {
  let chain = block(bits, label.length, PURPOSE.foldText, 0);
  const out = new Uint32Array(2);
  // beyond the end charCodeAt gives NaN, which the bit operations read as 0
  for (let i = 0; i < label.length; i += 4) {
    const word0 = label.charCodeAt(i) | (label.charCodeAt(i + 1) << 16);
    const word1 = label.charCodeAt(i + 2) | (label.charCodeAt(i + 3) << 16);
    threefry2x32(chain.high, chain.low, word0, word1, out, 0);
    chain = { high: out[0]! | 0, low: out[1]! | 0 };
  }
  return chain;
}
