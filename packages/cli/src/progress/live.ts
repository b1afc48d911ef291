// On a terminal: the list of steps, a spinner on the running one, what it is doing and about how long that will take.
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from "listr2";
import { formatSeconds } from "../format.ts";
import type { Progress, ProgressOptions, TimedEvent } from "./progress.ts";

/** A step as the list shows it. Events may come before the list has reached it, so the text is kept here. */
interface Row {
  title: string;
  output: string;
  /** Brings title and output to the list; there once the list has reached the row. */
  draw?: () => void;
  started?: number;
  readonly finished: Promise<void>;
  readonly finish: () => void;
  readonly fail: () => void;
}

export function live({ stream, steps, color }: ProgressOptions): Progress {
  if (!color) process.env["NO_COLOR"] = "1"; // listr2 reads it
  const rows = new Map(steps.map(({ step, text }) => [step, createRow(text)]));
  const output = new ProcessOutput(stream as NodeJS.WriteStream, stream as NodeJS.WriteStream);
  const list = new Listr<undefined, typeof DefaultRenderer, typeof DefaultRenderer>(
    [...rows.values()].map((row) => ({
      title: row.title,
      task: async (_context, task): Promise<void> => {
        row.draw = () => {
          task.title = row.title;
          task.output = row.output;
        };
        row.draw();
        await row.finished;
      },
    })),
    {
      renderer: DefaultRenderer,
      fallbackRenderer: DefaultRenderer, // standard output may be a pipe: the terminal that counts is standard error
      registerSignalListeners: false, // Ctrl-C is ours
      rendererOptions: { logger: new ListrLogger({ useIcons: true, processOutput: output }), showErrorMessage: false },
      fallbackRendererOptions: {
        logger: new ListrLogger({ useIcons: true, processOutput: output }),
        showErrorMessage: false,
      },
    },
  );
  const running = list.run().catch(() => {}); // a failed step is shown by the list and reported by the command
  const notes: string[] = [];
  return {
    show: (event) => {
      const row = rows.get(event.step);
      if (event.kind === "note") notes.push(event.text);
      else if (row !== undefined) showEvent(row, event);
    },
    end: async () => {
      for (const row of rows.values()) row.fail(); // without effect on those that are done
      await running;
      for (const note of notes) stream.write(`! ${note}\n`);
    },
  };
}

function createRow(title: string): Row {
  let finish = (): void => {};
  let fail = (): void => {};
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = () => reject(new Error("not reached"));
  });
  finished.catch(() => {}); // the list stops at the first failed row and never awaits the later ones
  return { title, output: "", finished, finish, fail };
}

function showEvent(row: Row, event: TimedEvent): void {
  if (event.kind === "start") row.started = performance.now();
  row.title = event.text;
  row.output = event.kind === "progress" ? remaining(row, event.fraction) : "";
  row.draw?.();
  if (event.kind === "done") row.finish();
  if (event.kind === "failed") row.fail();
}

/** Only when the step is slow enough for somebody to wonder. */
function remaining(row: Row, fraction: number | undefined): string {
  if (row.started === undefined || fraction === undefined || fraction <= 0) return "";
  const elapsed = (performance.now() - row.started) / 1000;
  if (elapsed < 1) return "";
  return `${Math.round(fraction * 100)} %, about ${formatSeconds((elapsed * (1 - fraction)) / fraction)} left`;
}
