import { describe, expect, it } from "vitest";
import { createProgress, type Progress, type ProgressEvent, type TimedEvent } from "./progress.ts";

const steps = [
  { step: "load", text: "Load a.csv" },
  { step: "train", text: "Train" },
];

interface Screen {
  readonly isTTY: boolean;
  readonly columns: number;
  text: string;
  write(text: string): boolean;
}

function screen(isTTY = false): Screen {
  return {
    isTTY,
    columns: 80,
    text: "",
    write(text) {
      this.text += text;
      return true;
    },
  };
}

const timed = (event: ProgressEvent): TimedEvent => ({ t: "2026-01-02T03:04:05.000Z", run: "runs/a", ...event });

function tell(progress: Progress): void {
  progress.show(timed({ kind: "start", step: "load", text: "Load a.csv" }));
  progress.show(timed({ kind: "progress", step: "load", text: "Load a.csv: half", fraction: 0.5 }));
  progress.show(timed({ kind: "done", step: "load", text: "Load a.csv: 3 rows" }));
  progress.show(timed({ kind: "note", step: "load", text: "two rows are alike" }));
  progress.show(timed({ kind: "start", step: "train", text: "Train" }));
  progress.show(timed({ kind: "done", step: "train", text: "Train: converged" }));
}

const base = { events: false, quiet: false, color: false, steps };
// biome-ignore lint/suspicious/noControlCharactersInRegex: control codes are what is looked for
const CONTROL = /\u001b\[[0-9;?]*[a-zA-Z]/g;

describe("progress", () => {
  it("in a pipe: one clean line per finished step", async () => {
    const stream = screen();
    const progress = await createProgress({ ...base, stream });
    tell(progress);
    await progress.end();
    expect(stream.text).toBe("✔ Load a.csv: 3 rows\n! two rows are alike\n✔ Train: converged\n");
  });

  it("as events: one JSON line each", async () => {
    const stream = screen();
    tell(await createProgress({ ...base, stream, events: true }));
    const lines = stream.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as TimedEvent);
    expect(lines.map(({ kind }) => kind)).toEqual(["start", "progress", "done", "note", "start", "done"]);
    expect(lines[1]).toEqual(timed({ kind: "progress", step: "load", text: "Load a.csv: half", fraction: 0.5 }));
  });

  it("quiet: nothing", async () => {
    const stream = screen(true);
    const progress = await createProgress({ ...base, stream, quiet: true });
    tell(progress);
    await progress.end();
    expect(stream.text).toBe("");
  });

  it("on a terminal: the list of all steps, which stays when it is over, and then the notes", async () => {
    const stream = screen(true);
    const progress = await createProgress({ ...base, stream });
    tell(progress);
    await progress.end();
    const shown = stream.text.replaceAll(CONTROL, "");
    expect(shown.endsWith("✔ Load a.csv: 3 rows\n✔ Train: converged\n! two rows are alike\n")).toBe(true);
  });

  it("on a terminal: a step that was not reached when the command failed is marked", async () => {
    const stream = screen(true);
    const progress = await createProgress({ ...base, stream });
    progress.show(timed({ kind: "start", step: "load", text: "Load a.csv" }));
    await progress.end();
    expect(stream.text.replaceAll(CONTROL, "")).toContain("✖ Load a.csv");
  });

  it("a terminal that does not know its width gets lines", async () => {
    const stream = { ...screen(true), columns: 0 };
    const progress = await createProgress({ ...base, stream });
    tell(progress);
    expect(stream.text).toContain("✔ Train: converged\n");
    expect(stream.text).not.toMatch(CONTROL);
  });
});
