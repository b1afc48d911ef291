// `steepest doctor`: what the engine found on this machine, why a tier is off, and whether known results come out right.
import { type EngineReport, doctor as examine } from "steepest";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { columns } from "../terminal/columns.ts";
import { writeJson, writeText } from "../terminal/streams.ts";
import type { Invocation } from "../verb.ts";

export async function doctor({ terminal }: Invocation): Promise<ExitCode> {
  const report = examine();
  if (terminal.json) await writeJson(report);
  else await writeText(`${toTable(report)}\n`);
  return report.checks.every(({ passed }) => passed) ? EXIT.done : EXIT.failure;
}

/** A row per tier: what it is, and the variables that change it. */
function toTable({ engine, fma, threads, native, checks }: EngineReport): string {
  const gain = native.gain === undefined ? "" : ` · ${native.gain.toFixed(1)}× in matrix products`;
  const outcomes = checks.map(({ name, passed, detail }) => `${name} ${passed ? detail : `FAILED: ${detail}`}`);
  return columns(
    [
      ["engine", engine, ""],
      ["fma", `${onOff(fma.on)}: ${fma.reason}`, "STEEPEST_FMA"],
      ["threads", `${threads.used} of ${threads.available} · ${threads.reason}`, "STEEPEST_THREADS"],
      ["native", `${onOff(native.on)}: ${native.reason}${gain}`, "STEEPEST_NATIVE, STEEPEST_BLAS"],
      ["checks", outcomes.join(" · "), ""],
    ],
    ["left", "left", "left"],
  );
}

function onOff(on: boolean): string {
  return on ? "on" : "off";
}
