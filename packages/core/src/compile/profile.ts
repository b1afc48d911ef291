// Where the time of a compiled function goes: one entry per kernel, summed over calls.
import type { StepProfile } from "../backend/index.ts";
import { BackendError } from "../errors/index.ts";

/** What one kernel cost, over all calls that were watched. */
export interface KernelTime {
  /** What it computes, as `inspect()` names it. */
  readonly kernel: string;
  readonly calls: number;
  readonly milliseconds: number;
  /** Of the time in all kernels. */
  readonly share: number;
  /** Bytes that it reads and writes, per call. */
  readonly bytes: number;
  /** Floating-point operations, per call; 0 where they are not counted. */
  readonly flops: number;
}

/** One event in the format of Chrome's trace viewer (and Perfetto); times in microseconds. */
export interface TraceEventJSON {
  readonly name: string;
  readonly ph: "X";
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly bytes: number; readonly flops: number };
}

export interface Profile {
  /** Most expensive first. */
  readonly kernels: readonly KernelTime[];
  toTable(): string;
  /** `JSON.stringify` of it is a file for chrome://tracing and Perfetto: the last calls, kernel by kernel. */
  toTraceEvents(): { readonly traceEvents: readonly TraceEventJSON[] };
}

/** So many events are kept for the trace file; sums go on. */
const MOST_EVENTS = 100_000;

interface Sum {
  calls: number;
  milliseconds: number;
  bytes: number;
  flops: number;
}

/** Collects what single runs measured. */
export class Profiler {
  readonly #sums = new Map<string, Sum>();
  #events: TraceEventJSON[] = [];

  add(steps: readonly StepProfile[]): void {
    for (const { kernel, start, milliseconds, bytes, flops } of steps) {
      const sum = this.#sums.get(kernel) ?? { calls: 0, milliseconds: 0, bytes: 0, flops: 0 };
      this.#sums.set(kernel, sum);
      sum.calls++;
      sum.milliseconds += milliseconds;
      sum.bytes += bytes;
      sum.flops += flops;
      const args = { bytes, flops };
      this.#events.push({ name: kernel, ph: "X", ts: start * 1000, dur: milliseconds * 1000, pid: 1, tid: 1, args });
    }
    if (this.#events.length > MOST_EVENTS) this.#events = this.#events.slice(-MOST_EVENTS);
  }

  result(): Profile {
    const total = [...this.#sums.values()].reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    const kernels = [...this.#sums]
      .map(([kernel, { calls, milliseconds, bytes, flops }]) => ({
        kernel,
        calls,
        milliseconds,
        share: total === 0 ? 0 : milliseconds / total,
        bytes: bytes / calls,
        flops: flops / calls,
      }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
    const events = this.#events;
    return { kernels, toTable: () => tableOf(kernels), toTraceEvents: () => ({ traceEvents: events }) };
  }
}

function tableOf(kernels: readonly KernelTime[]): string {
  const rows = kernels.map(({ kernel, calls, milliseconds, share, bytes, flops }) => {
    const seconds = milliseconds / calls / 1000;
    return [
      `${(100 * share).toFixed(1)} %`,
      `${((1000 * milliseconds) / calls).toFixed(1)} µs`,
      String(calls),
      seconds > 0 ? (bytes / seconds / 1e9).toFixed(1) : "–",
      seconds > 0 && flops > 0 ? (flops / seconds / 1e9).toFixed(1) : "–",
      kernel,
    ];
  });
  const table = [["share", "per call", "calls", "GB/s", "GFLOP/s", "kernel"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i]!))).join("  ");
  return table.map(line).join("\n");
}

/** The clock of the platform, in milliseconds. Profiles are the only place of this package that reads one. */
export function clock(): () => number {
  const { performance: timer } = globalThis as { performance?: { now(): number } }; // no platform types in core
  if (timer === undefined) {
    throw new BackendError("compile: profile needs performance.now(), which this platform does not have.", {
      code: "no-clock",
      backend: "any",
    });
  }
  return () => timer.now();
}
