// rejects.csv in the making: made when the first row needs it, seen when all rows are through.
import type { RejectedRow } from "@steepest/tables";
import { REJECTS_HEADER, rejectLine } from "../data/rejects.ts";
import { formatCount } from "../format.ts";
import { createPendingFile, type PendingFile } from "../run/atomic-write.ts";

const NAMED = 3;

export class RejectFile {
  readonly #path: string;
  readonly #first: RejectedRow[] = [];
  #file: PendingFile | undefined;
  count = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async add(rejects: readonly RejectedRow[]): Promise<void> {
    if (rejects.length === 0) return;
    this.count += rejects.length;
    this.#first.push(...rejects.slice(0, NAMED - this.#first.length));
    if (this.#file === undefined) {
      this.#file = await createPendingFile(this.#path);
      await this.#file.write(REJECTS_HEADER);
    }
    await this.#file.write(rejects.map(rejectLine).join(""));
  }

  /** The path, or nothing when no row was rejected. */
  async publish(): Promise<string | undefined> {
    if (this.#file === undefined) return undefined;
    await this.#file.publish();
    return this.#path;
  }

  async discard(): Promise<void> {
    await this.#file?.discard();
  }

  /** 7 rejected (row 88: column "mean_area" holds text that is not a number: "n/a"; rows 412, 977, …) */
  describe(): string {
    const [first, ...others] = this.#first;
    if (first === undefined) return "0 rejected";
    const rows = others.map(({ row }) => formatCount(row + 1)).join(", ");
    const more = this.count > this.#first.length ? ", …" : "";
    const rest = others.length === 0 ? "" : `; also row${others.length > 1 || more !== "" ? "s" : ""} ${rows}${more}`;
    return `${formatCount(this.count)} rejected (row ${formatCount(first.row + 1)}: ${first.reason}${rest})`;
  }
}
