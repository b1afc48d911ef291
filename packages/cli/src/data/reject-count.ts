// Rows of a stream that cannot be read: the first ones, and how many there are.
import type { RejectedRow } from "@steepest/tables";
import type { Problem } from "../problem.ts";
import { LISTED_REJECTS, rejectProblem } from "./rejects.ts";

export class RejectCount {
  readonly #first: RejectedRow[] = [];
  count = 0;

  add(rejects: readonly RejectedRow[]): void {
    this.count += rejects.length;
    this.#first.push(...rejects.slice(0, LISTED_REJECTS - this.#first.length));
  }

  problem(file: string): Problem | undefined {
    return rejectProblem(this.#first, file, this.count);
  }
}
