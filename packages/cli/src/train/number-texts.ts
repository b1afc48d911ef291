// Columns of text that mean numbers or days, written in a way that is not read as such.
import type { Column, Table } from "steepest/data";
import type { Problem } from "../problem.ts";
import type { TrainRequest } from "./request.ts";

interface Writing {
  readonly pattern: RegExp;
  readonly what: "numbers" | "dates";
  readonly fix: string;
}

/** In the order in which they are tried: 1,100 groups thousands, 1,1 has a decimal comma. */
const WRITINGS: readonly Writing[] = [
  {
    pattern:
      /^[+-]?[$€£¥]?\s?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s?[$€£¥%]?$|^[+-]?[$€£¥]\s?\d+(?:[.,]\d+)?$|^[+-]?\d+(?:[.,]\d+)?\s?[$€£¥%]$/,
    what: "numbers",
    fix: "write them in the file with digits and a point alone, such as 1100.00",
  },
  {
    pattern: /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+$/,
    what: "numbers",
    fix: "--decimal ,  reads them as numbers",
  },
  {
    pattern: /^\d{1,2}[/.]\d{1,2}[/.](?:\d{2}|\d{4})$/,
    what: "dates",
    fix: "write them in the file as 2024-12-31",
  },
];

const PLAIN = /^[+-]?\d+(?:\.\d+)?$/;
/** So many different texts are looked at, and so many at least have to be there. */
const LOOKED_AT = 500;
const FEWEST = 3;
/** Share of texts that must be written that way; others may be spelled wrong. */
const MOST = 0.8;

/** How the texts of a column are written, with one of them. */
function writingOf(column: Column): { writing: Writing; example: string } | undefined {
  if (column.type !== "category") return undefined;
  const texts = column.categories.slice(0, LOOKED_AT).map((text) => text.trim());
  const signed = texts.filter((text) => !PLAIN.test(text)); // 7 stands beside 7,5
  for (const writing of WRITINGS) {
    const matching = signed.filter((text) => writing.pattern.test(text));
    const [example] = matching;
    if (example === undefined || texts.length < FEWEST || matching.length < MOST * signed.length) continue;
    return { writing, example };
  }
  return undefined;
}

/** A note for every feature; types that were asked for are meant so. */
export function numberTextNotes({ types }: TrainRequest, table: Table, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const found = types[name] === undefined ? writingOf(table.column(name)) : undefined;
    if (found === undefined) return [];
    const { writing, example } = found;
    return [
      `column "${name}" holds ${writing.what} as text ("${example}"), so every text is a category: ${writing.fix}`,
    ];
  });
}

export function numberTextProblems({ target, types }: TrainRequest, column: Column): Problem[] {
  const found = types[target] === undefined ? writingOf(column) : undefined;
  if (found === undefined) return [];
  const { writing, example } = found;
  return [
    {
      class: "DataError",
      code: "column-not-numeric",
      message: `the target "${target}" holds ${writing.what} as text`,
      where: { column: target },
      received: `"${example}"`,
      expected:
        writing.what === "numbers" ? "numbers such as 1100.5" : "dates such as 2024-12-31, or a target of numbers",
      fix: [writing.fix],
    },
  ];
}
