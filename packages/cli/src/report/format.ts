// Numbers as a reader wants them: four digits that mean something, thousands grouped, a real minus.

const integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const exactly = (digits: number) =>
  new Intl.NumberFormat("en-US", { minimumSignificantDigits: digits, maximumSignificantDigits: digits });
const atMost = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const two = exactly(2);
const four = exactly(4);

/** 569 → "569", 12345.678 → "12,350", 1e-9 → "1e−9". */
export function formatNumber(x: number): string {
  return written(x, (value) => (Number.isInteger(value) ? integer.format(value) : atMost.format(value)));
}

/** Always four significant digits, so that columns line up: 0.95 → "0.9500". */
export function formatMetric(x: number): string {
  return written(x, (value) => (value === 0 ? "0" : four.format(value)));
}

/** "0.9947 ± 0.0031" */
export function formatSpread(mean: number, std: number): string {
  return `${formatMetric(mean)} ± ${written(std, (value) => (value === 0 ? "0" : two.format(value)))}`;
}

export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** With a capital letter at the start. */
export function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** "a, b and c" */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "1 row", "569 rows" */
export function count(n: number, noun: string): string {
  return `${integer.format(n)} ${n === 1 ? noun : `${noun}s`}`;
}

function written(x: number, plain: (x: number) => string): string {
  if (Number.isNaN(x)) return "not defined";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size === 0) return plain(0); // also −0
  const text = size < 1e-4 || size >= 1e9 ? exponential(x) : plain(x);
  return text.replace("-", "−").replace("e-", "e−");
}

// 3.20e-9 → "3.2e-9"
function exponential(x: number): string {
  const [mantissa = "", exponent = ""] = x.toExponential(2).split("e");
  return `${Number(mantissa)}e${exponent.replace("+", "")}`;
}
