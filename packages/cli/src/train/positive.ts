// Which of two classes is the positive one, the one that precision, recall and thresholds speak of.

/** Negative first. Labels are compared without regard to case. */
const PAIRS: readonly (readonly [negative: string, positive: string])[] = [
  ["0", "1"],
  ["-1", "1"],
  ["no", "yes"],
  ["n", "y"],
  ["false", "true"],
  ["f", "t"],
  ["nein", "ja"],
  ["non", "oui"],
  ["no", "si"],
  ["no", "sí"],
  ["negative", "positive"],
  ["neg", "pos"],
  ["-", "+"],
  ["benign", "malignant"],
  ["control", "case"],
  ["healthy", "sick"],
  ["absent", "present"],
  ["ham", "spam"],
  ["off", "on"],
];

/** The positive one of two labels by its meaning where that is known, else the last one in order. */
export function positiveOf(labels: readonly string[]): string | undefined {
  const pair = pairOf(labels);
  return pair === undefined ? labels.at(-1) : labels.find((label) => label.toLowerCase() === pair[1]);
}

export function isKnownPair(labels: readonly string[]): boolean {
  return pairOf(labels) !== undefined;
}

function pairOf(labels: readonly string[]): readonly [string, string] | undefined {
  const [a, b] = labels.map((label) => label.toLowerCase());
  return PAIRS.find(([negative, positive]) => (a === negative && b === positive) || (a === positive && b === negative));
}
