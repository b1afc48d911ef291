// What an iterative fit tells its caller, and how the caller stops it.
import type { FitOptions } from "./fitted.ts";

/** Collects the objective at the start and after each step. */
export class Progress {
  readonly history: number[] = [];
  readonly #options: FitOptions;

  constructor(options: FitOptions) {
    this.#options = options;
  }

  record(objective: number): void {
    this.#options.onStep?.({ index: this.history.length, objective });
    this.history.push(objective);
  }

  /** Steps recorded after the start. */
  get steps(): number {
    return Math.max(0, this.history.length - 1);
  }

  aborted(): boolean {
    return this.#options.signal?.aborted === true;
  }
}
