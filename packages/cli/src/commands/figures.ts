// `steepest figures`: draws the gallery, or a part of it, into files.
import type { Figure } from "@steepest/plot";
import { type GalleryEntry, gallery } from "@steepest/plot/gallery";
import { BackendError } from "steepest";
import { EXIT, type ExitCode } from "../exit-code.ts";
import {
  type FiguresRequest,
  FORMATS,
  type Format,
  pathOf,
  readFiguresRequest,
  refuseToOverwrite,
} from "../figures/request.ts";
import { plural } from "../format.ts";
import { watchForInterruption } from "../interruption.ts";
import { createProgress, type ProgressEvent } from "../progress/progress.ts";
import { createPendingFile, type PendingFile } from "../run/atomic-write.ts";
import { makeFolder } from "../run/run-folder.ts";
import { columns } from "../terminal/columns.ts";
import { quoteCommand } from "../terminal/quote-command.ts";
import { writeJson, writeText } from "../terminal/streams.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { Invocation } from "../verb.ts";

export async function figures({ flags, terminal }: Invocation): Promise<ExitCode> {
  const request = readFiguresRequest(flags, gallery);
  if (request.list) {
    await listFigures(request.entries, terminal);
    return EXIT.done;
  }
  const { formats, without } = await usableFormats(request);
  await refuseToOverwrite(request, formats);
  await makeFolder(request.out);
  const { done, rest } = await drawAll(request, formats, terminal);
  await finish(request, done, formats, terminal);
  if (without !== undefined) terminal.say(`PNG is left out. ${without}`);
  if (rest.length === 0) return EXIT.done;
  terminal.say(`interrupted; the rest: ${restCommand(request, formats, rest)}`);
  return EXIT.interrupted;
}

function restCommand(
  { out, theme }: FiguresRequest,
  formats: readonly Format[],
  rest: readonly GalleryEntry[],
): string {
  const names = rest.map(({ name }) => name).join(",");
  const look = theme === "safe" ? [] : ["--theme", theme];
  return quoteCommand(["steepest", "figures", "--only", names, "--out", out, "--formats", formats.join(","), ...look]);
}

async function listFigures(entries: readonly GalleryEntry[], terminal: Terminal): Promise<void> {
  if (terminal.json) await writeJson({ figures: entries.map(({ name, shows }) => ({ name, shows })) });
  else
    await writeText(
      `${columns(
        entries.map(({ name, shows }) => [name, shows]),
        ["left", "left"],
      )}\n`,
    );
}

/** All formats that can be written here. PNG needs an optional package and a font: who asked for it hears why it fails. */
async function usableFormats({
  formats = FORMATS,
  ...request
}: FiguresRequest): Promise<{ formats: readonly Format[]; without?: string }> {
  const [first] = request.entries;
  if (!formats.includes("png") || first === undefined) return { formats };
  try {
    await first.draw().toPNG({ scale: 0.1 });
    return { formats };
  } catch (error) {
    if (!(error instanceof BackendError) || formats !== FORMATS) throw error;
    return { formats: formats.filter((format) => format !== "png"), without: error.message };
  }
}

interface Drawn {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly files: readonly string[];
}

async function drawAll(
  request: FiguresRequest,
  formats: readonly Format[],
  { say, color, events, quiet }: Terminal,
): Promise<{ done: readonly Drawn[]; rest: readonly GalleryEntry[] }> {
  const { entries, out } = request;
  const interruption = watchForInterruption({ say });
  const progress = await createProgress({
    stream: process.stderr,
    events,
    quiet,
    color,
    steps: entries.map(({ name, shows }) => ({ step: name, text: `${name}: ${shows}` })),
  });
  const show = (event: ProgressEvent): void => progress.show({ t: new Date().toISOString(), run: out, ...event });
  const done: Drawn[] = [];
  try {
    for (const [i, { name, shows, draw }] of entries.entries()) {
      if (interruption.requested) return { done, rest: entries.slice(i) };
      const text = `${name}: ${shows}`;
      show({ kind: "start", step: name, text });
      const figure = draw({ theme: request.theme });
      const files = formats.map((format) => pathOf(out, name, format));
      await writeFigure(figure, formats, files);
      done.push({ name, title: figure.title, description: figure.description, files });
      show({ kind: "done", step: name, text });
      await new Promise((resolve) => setImmediate(resolve)); // Ctrl-C is heard between two figures
    }
    return { done, rest: [] };
  } finally {
    await progress.end();
    interruption.dispose();
  }
}

/** The files of one figure appear together, when the last of them is written. */
async function writeFigure(figure: Figure, formats: readonly Format[], files: readonly string[]): Promise<void> {
  const pending: PendingFile[] = [];
  try {
    for (const [i, format] of formats.entries()) {
      const content = await render(figure, format);
      const file = await createPendingFile(files[i]!);
      pending.push(file);
      await file.write(content);
    }
    for (const file of pending) await file.publish();
  } catch (error) {
    for (const file of pending) await file.discard();
    throw error;
  }
}

async function render(figure: Figure, format: Format): Promise<string | Uint8Array> {
  if (format === "svg") return `${await figure.toSVG()}\n`;
  if (format === "png") return figure.toPNG();
  return `${JSON.stringify(figure.spec)}\n`;
}

async function finish(
  { out }: FiguresRequest,
  done: readonly Drawn[],
  formats: readonly Format[],
  terminal: Terminal,
): Promise<void> {
  if (terminal.json) await writeJson({ out, formats, figures: done });
  else await writeText(`${plural(done.length, "figure")} as ${formats.join(", ")} in ${out}\n`);
}
