// In a pipe or a log file: one clean line per finished step, no control codes.
import { styleFor } from "../terminal/style.ts";
import type { Progress, ProgressOptions } from "./progress.ts";

const MARKS = { done: ["green", "✔"], failed: ["red", "✖"], note: ["yellow", "!"] } as const;

export function lines({ stream, color }: ProgressOptions): Progress {
  const style = styleFor(color);
  return {
    show: (event) => {
      if (event.kind === "start" || event.kind === "progress") return;
      const [tone, mark] = MARKS[event.kind];
      stream.write(`${style(tone, mark)} ${event.text}\n`);
    },
    end: async () => {},
  };
}
