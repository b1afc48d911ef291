// How wide text will be, without a font: advance widths of DejaVu Sans in em, by class of character.
// Other sans-serif faces are narrower, so that labels fit whatever the reader's system has.

const classes: readonly (readonly [characters: string, em: number])[] = [
  ["ijlI|'", 0.29],
  [" .,:;!()[]{}/\\-fr", 0.37],
  ["t", 0.4],
  ["scvxyzJk", 0.56],
  ["mMW%@", 0.97],
  ["wOQGDHNU_", 0.78],
  ["ABCEFKLPRSTVXYZ+−=<>~", 0.72],
];
const widths = new Map(classes.flatMap(([characters, em]) => [...characters].map((c) => [c, em] as const)));
const digitsAndRest = 0.64;
const fullWidth = 1; // CJK and emoji

/** Pixels, rounded up. */
export function textWidth(text: string, fontSize = 11): number {
  let em = 0;
  for (const c of text) em += widths.get(c) ?? (c.codePointAt(0)! >= 0x2e80 ? fullWidth : digitsAndRest);
  return Math.ceil(em * fontSize);
}

/** The widest of several labels, but not more than `limit`. */
export function widest(labels: readonly string[], limit: number, fontSize = 11): number {
  return Math.min(limit, Math.max(0, ...labels.map((label) => textWidth(label, fontSize))));
}

/** Cut at `limit` pixels, with an ellipsis. */
export function fitText(text: string, limit: number, fontSize = 11): string {
  if (textWidth(text, fontSize) <= limit) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, fontSize) > limit) characters.pop();
  return `${characters.join("")}…`;
}
