// What a long command tells while it runs. One interface, four displays; none of them writes to standard output.

/** One thing that happened. Plain data: crosses threads, and is a line of `events.jsonl` and of `--events`. */
export interface ProgressEvent {
  readonly kind: "start" | "progress" | "done" | "failed" | "note";
  /** Which step of the command: "load", "check", … */
  readonly step: string;
  readonly text: string;
  /** Of "progress": how much of the step is behind us, 0 to 1. */
  readonly fraction?: number;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** An event with its time and place, as it is stored. The only part of a run that reads the clock. */
export interface TimedEvent extends ProgressEvent {
  /** ISO time. */
  readonly t: string;
  readonly run: string;
  /** Of "done": duration of the step. */
  readonly seconds?: number;
}

export interface Progress {
  show(event: TimedEvent): void;
  /** Leaves the terminal as other output expects it. */
  end(): Promise<void>;
}

export interface ProgressOptions {
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly events: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  /** The steps that are coming, in order, with the text that stands there while they run. */
  readonly steps: readonly { readonly step: string; readonly text: string }[];
}

/** JSON lines for programs, nothing when quiet, a live tree on a terminal, else one line per finished step. */
export async function createProgress(options: ProgressOptions): Promise<Progress> {
  if (options.events) return (await import("./json-lines.ts")).jsonLines(options);
  if (options.quiet) return { show: () => {}, end: async () => {} };
  if (canRedraw(options.stream)) return (await import("./live.ts")).live(options);
  return (await import("./lines.ts")).lines(options);
}

/** A live display needs a terminal that can move its cursor and that knows its width. */
function canRedraw({ isTTY, columns = 0 }: ProgressOptions["stream"]): boolean {
  return isTTY === true && columns >= 20 && process.env["TERM"] !== "dumb";
}
