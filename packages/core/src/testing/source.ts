// Numbers for laws: the same for the same seed, on every machine.
import { fold, key, uniform } from "../random/index.ts";
import { LawError } from "./runner.ts";

const PAGE = 256; // numbers made at once

/** A stream of draws. */
export class Source {
  readonly seed: string;
  #made: readonly number[] = [];
  #next = 0;
  #pages = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** In [low, high). */
  uniform(low = 0, high = 1): number {
    if (this.#next === this.#made.length) {
      this.#made = uniform(fold(fold(key(2), this.seed), this.#pages++), [PAGE]).toArray();
      this.#next = 0;
    }
    return low + this.#made[this.#next++]! * (high - low);
  }

  /** From low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)]!;
  }

  list<T>(length: number, make: (i: number) => T): T[] {
    return Array.from({ length }, (_, i) => make(i));
  }

  /** The entries in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    return this.list(list.length, () => rest.splice(this.integer(0, rest.length - 1), 1)[0]!);
  }

  /** Draws until one holds. @throws LawError when a thousand do not. */
  until<T>(make: () => T, holds: (drawn: T) => boolean): T {
    for (let i = 0; i < 1000; i++) {
      const drawn = make();
      if (holds(drawn)) return drawn;
    }
    throw new LawError(`no draw of "${this.seed}" holds; the domain leaves nothing between the kinks.`);
  }
}

/** Runs a law on `count` draws. What it throws is thrown on, with the draw in words. */
export function overDraws<T>(seed: string, count: number, draw: (from: Source) => T, law: (drawn: T) => void): void {
  for (let i = 0; i < count; i++) {
    const drawn = draw(new Source(`${seed} ${i}`));
    try {
      law(drawn);
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      throw new LawError(`${found} Draw ${i} of ${count}: ${JSON.stringify(drawn)}.`, error);
    }
  }
}
