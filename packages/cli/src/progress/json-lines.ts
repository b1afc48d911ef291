// `--events`: every event as one JSON line.
import type { Progress, ProgressOptions } from "./progress.ts";

export function jsonLines({ stream }: ProgressOptions): Progress {
  return {
    show: (event) => {
      stream.write(`${JSON.stringify(event)}\n`);
    },
    end: async () => {},
  };
}
