// Numbers and lists as people read them.

const counts = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 21 });

/** 1204331 → "1,204,331" */
export function formatCount(n: number): string {
  return counts.format(n);
}

/** "1 row", "2 rows", "1,200 rows" */
export function plural(n: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(n)} ${n === 1 ? noun : nouns}`;
}

/** `digits` significant digits without exponents between 1e-4 and 1e6: 0.06636, 54.43, 2,859 and 3.2e-9. */
export function formatValue(x: number, digits = 4): string {
  if (!Number.isFinite(x)) return String(x);
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e6 || size < 1e-4) return x.toExponential(Math.max(0, digits - 3));
  if (size >= 10 ** digits) return counts.format(Math.round(x));
  return Number(x.toPrecision(digits)).toFixed(decimalsFor(size, digits));
}

/** A value of the data, without zeros at its end: 25, 0.3137, 28,597. */
export function formatPlain(x: number): string {
  return counts.format(Number(x.toPrecision(4)));
}

/** "0.994 ± 0.004": the spread with one digit where it is a share, two otherwise; the mean to the same place. */
export function formatSpread(mean: number, std: number, share: boolean): string {
  if (share) return `${mean.toFixed(3)} ± ${std.toFixed(3)}`;
  if (!Number.isFinite(mean) || !Number.isFinite(std) || std === 0)
    return `${formatValue(mean)} ± ${formatValue(std, 2)}`;
  const decimals = decimalsFor(std, 2);
  if (decimals > 6) return `${formatValue(mean)} ± ${formatValue(std, 2)}`; // 1.3e-9, not 0.000000
  return `${mean.toFixed(decimals)} ± ${std.toFixed(decimals)}`;
}

/** 0.0123 → "0.01 s", 83 → "83 s" */
export function formatSeconds(seconds: number): string {
  return seconds >= 10 ? `${Math.round(seconds)} s` : `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
}

/** "a, b, c and 4 more" */
export function formatList(items: readonly string[], shown = 5): string {
  if (items.length <= shown) return items.join(", ");
  return `${items.slice(0, shown).join(", ")} and ${formatCount(items.length - shown)} more`;
}

/** Names of columns for a message: in quotes where spaces or commas would hide their ends. */
export function formatNames(names: readonly string[], shown = 12): string {
  return formatList(
    names.map((name) => (/^[^\s,"]+$/.test(name) ? name : `"${name}"`)),
    shown,
  );
}

function decimalsFor(size: number, digits: number): number {
  return Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
}
