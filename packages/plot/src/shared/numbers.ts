// Numbers in sentences and labels.

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** Four significant digits; thousands are grouped; tiny and huge numbers get an exponent; minus is "−". */
export function formatNumber(x: number, digits = 4): string {
  if (Number.isNaN(x)) return "NaN";
  if (x === 0) return "0"; // also −0
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  const text =
    size < 1e-4 || size >= 1e9
      ? trimExponent(x.toExponential(digits - 1))
      : Number.isInteger(x)
        ? grouped.format(x)
        : new Intl.NumberFormat("en-US", { maximumSignificantDigits: digits }).format(x);
  return text.replace("-", "−").replace("e-", "e−");
}

/** 0.9473 → "94.7 %" */
export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** "1 point", "12 points" */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${grouped.format(n)} ${n === 1 ? noun : plural}`;
}

/** With a capital letter at the start. */
export function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** "a", "a and b", "a, b and c" */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

function trimExponent(text: string): string {
  const [mantissa = "", exponent = ""] = text.split("e");
  const trimmed = mantissa.includes(".") ? mantissa.replace(/0+$/, "").replace(/\.$/, "") : mantissa;
  return `${trimmed}e${exponent.replace("+", "")}`;
}
