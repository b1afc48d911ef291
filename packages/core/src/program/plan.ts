// The memory plan: where each temporary of a schedule lives in one arena. Pure: from lifetimes to offsets.

/** A buffer that lives from the step that first writes it to the last one that touches it. */
export interface Lifetime {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

export interface Plan {
  /** One per lifetime, multiples of 64. */
  readonly offsets: readonly number[];
  /** Bytes of the arena. */
  readonly peak: number;
  /** Bytes if no place were used twice. */
  readonly withoutReuse: number;
  /** The largest sum of bytes that live at one step: no plan can be smaller. */
  readonly lowerBound: number;
}

const ALIGNMENT = 64;
const round = (bytes: number): number => Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;

/**
 * Offsets such that buffers which live at the same step do not overlap: largest first, each at the lowest place where it fits
 * between those that it meets. Greedy by size, as in Pisarchyk and Lee (2020), "Efficient memory management for deep neural net
 * inference", algorithm 3.
 */
export function planMemory(lifetimes: readonly Lifetime[]): Plan {
  const order = lifetimes.map((_, i) => i).sort((a, b) => lifetimes[b]!.bytes - lifetimes[a]!.bytes || a - b);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const placed: number[] = []; // by offset
  let peak = 0;
  for (const i of order) {
    const { bytes, from, to } = lifetimes[i]!;
    const size = round(bytes);
    let at = 0;
    for (const other of placed) {
      const life = lifetimes[other]!;
      if (life.to < from || life.from > to) continue;
      if (at + size <= offsets[other]!) break; // the gap before it is wide enough
      at = Math.max(at, offsets[other]! + round(life.bytes));
    }
    offsets[i] = at;
    peak = Math.max(peak, at + size);
    let position = placed.length;
    while (position > 0 && offsets[placed[position - 1]!]! > at) position--;
    placed.splice(position, 0, i);
  }
  return {
    offsets,
    peak,
    withoutReuse: lifetimes.reduce((sum, { bytes }) => sum + round(bytes), 0),
    lowerBound: lowerBound(lifetimes),
  };
}

function lowerBound(lifetimes: readonly Lifetime[]): number {
  const changes = new Map<number, number>();
  for (const { bytes, from, to } of lifetimes) {
    changes.set(from, (changes.get(from) ?? 0) + round(bytes));
    changes.set(to + 1, (changes.get(to + 1) ?? 0) - round(bytes));
  }
  let live = 0;
  let most = 0;
  for (const [, change] of [...changes].sort(([a], [b]) => a - b)) {
    live += change;
    most = Math.max(most, live);
  }
  return most;
}
