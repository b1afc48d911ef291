// What `figures` is asked to do: which figures of the gallery, in which formats, where to.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { GalleryEntry } from "@steepest/plot/gallery";
import { throwProblems } from "../failure.ts";
import { list, readFlags, word } from "../flags.ts";
import { formatList, plural } from "../format.ts";
import { didYouMean } from "../nearest.ts";
import { optionProblem, type Problem } from "../problem.ts";

export const FORMATS = ["svg", "png", "vg.json"] as const;
export type Format = (typeof FORMATS)[number];

export const THEMES = ["safe", "print", "dark"] as const;

export interface FiguresRequest {
  readonly list: boolean;
  readonly entries: readonly GalleryEntry[];
  /** Absent where nobody said: all that this machine can write. */
  readonly formats?: readonly Format[];
  readonly theme: (typeof THEMES)[number];
  readonly out: string;
  readonly force: boolean;
}

const FLAGS = { only: list, formats: list, theme: word(THEMES) };

/** @throws RequestError with all problems of the flags. */
export function readFiguresRequest(
  flags: Readonly<Record<string, unknown>>,
  gallery: readonly GalleryEntry[],
): FiguresRequest {
  const { values, problems } = readFlags(FLAGS, flags);
  const { only, formats, theme = "safe" } = values;
  const all = flags["all"] === true;
  throwProblems([
    ...problems,
    ...choiceProblems(all, only, flags["list"] === true),
    ...unknownNames(
      "--only",
      only ?? [],
      gallery.map(({ name }) => name),
      "figure",
    ),
    ...unknownNames("--formats", formats ?? [], FORMATS, "format"),
  ]);
  const chosen = formats === undefined ? undefined : FORMATS.filter((format) => formats.includes(format));
  return {
    list: flags["list"] === true,
    entries: only === undefined ? gallery : gallery.filter(({ name }) => only.includes(name)),
    ...(chosen === undefined ? {} : { formats: chosen }),
    theme,
    out: typeof flags["out"] === "string" ? flags["out"] : "figures",
    force: flags["force"] === true,
  };
}

function choiceProblems(all: boolean, only: readonly string[] | undefined, isList: boolean): Problem[] {
  if (all && only !== undefined) {
    return [optionProblem("contradiction", "--all and --only exclude each other", ["leave one of them out"])];
  }
  if (all || only !== undefined || isList) return [];
  const fix = ["--list  shows their names", "--only name,name  draws some", "--all  draws every one"];
  return [optionProblem("missing-option", "no figure is chosen", fix)];
}

function unknownNames(flag: string, given: readonly string[], known: readonly string[], noun: string): Problem[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = didYouMean(name, known);
      const fix =
        near.length > 0
          ? near
          : [noun === "figure" ? "steepest figures --list  shows all" : `one of ${known.join(", ")}`];
      return optionProblem(`unknown-${noun}`, `${flag}: there is no ${noun} "${name}"`, fix);
    });
}

export const pathOf = (out: string, name: string, format: Format): string => join(out, `${name}.${format}`);

/** @throws RequestError when a file would be overwritten and `force` is off. */
export async function refuseToOverwrite(
  { entries, out, force }: FiguresRequest,
  formats: readonly Format[],
): Promise<void> {
  if (force) return;
  const paths = entries.flatMap(({ name }) => formats.map((format) => pathOf(out, name, format)));
  const there = await Promise.all(paths.map(exists));
  const present = paths.filter((_, i) => there[i]);
  if (present.length === 0) return;
  throwProblems([
    {
      class: "OptionError",
      code: "files-exist",
      message: `"${out}" holds ${plural(present.length, "file")} that would be overwritten: ${formatList(present, 3)}`,
      where: { file: out },
      fix: ["--force  overwrites them", "--out other/folder  writes somewhere else"],
    },
  ]);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
