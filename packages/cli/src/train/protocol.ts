// What the thread that shows and the thread that computes say to each other. Plain data only.

import type { ExitCode } from "../exit-code.ts";
import type { Failure } from "../failure.ts";
import type { GateResult } from "../metrics/gates.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import type { RunFile } from "../run/run-folder.ts";
import type { TrainRequest } from "./request.ts";

export interface WorkerData {
  readonly request: TrainRequest;
  /** The bytes of standard input where that is the table: a worker thread has none of its own. */
  readonly input?: Uint8Array;
  /** 1 after the first Ctrl-C. */
  readonly interruption: Int32Array;
  /** The checkpoint of a former training to go on from. */
  readonly checkpoint?: Uint8Array;
  /** Date of the report, ISO. */
  readonly date: string;
}

/** What a training ends with; the other thread writes and prints it. */
export interface TrainOutcome {
  readonly exitCode: ExitCode;
  /** Files of the run, but for `events.jsonl`. */
  readonly files: Partial<Record<RunFile, string | Uint8Array>>;
  /** The content of `metrics.json`. */
  readonly record: unknown;
  readonly gates: readonly GateResult[];
  /** Lines for the end: what to know, what to do. */
  readonly notes: readonly string[];
  /** Rows that were left out, as CSV. */
  readonly rejects?: string;
}

export type WorkerMessage =
  | { readonly kind: "checkpoint"; readonly bytes: Uint8Array }
  | { readonly kind: "event"; readonly event: ProgressEvent }
  | { readonly kind: "outcome"; readonly outcome: TrainOutcome }
  | { readonly kind: "failure"; readonly failure: Failure };
