// The price at which demands add up to a total, with limits on groups: exact, without any iteration over cities together.

/** Demands of members at a price; each falls, or stays, when the price rises. */
export interface Demand {
  readonly count: number;
  /** Writes the demand of every member. */
  fill(price: number, to: Float64Array): void;
}

export interface GroupLimit {
  readonly members: Int32Array;
  readonly lower: number;
  readonly upper: number;
}

export interface Cleared {
  readonly spend: Float64Array;
  readonly price: number;
  /** Of each group: what the group's own limit adds to the price; 0 where it does not bind. */
  readonly groupPrices: readonly number[];
}

/**
 * Spend bᵢ(λ + γ_g) with Σ b = total and each group within its limits
 *
 * Given:    demands that fall with the price, disjoint groups with limits, a total between the least and the most that is possible;
 *           `atMost` allows less, at price 0
 * Returns:  spend (sums to rounding), λ, γ of each group: positive at its upper, negative at its lower limit
 * Method:   S(λ) = Σ_g clip(S_g(λ), L_g, U_g) falls: bisection (of logarithms, once the sign is known) until no number lies between
 *           the ends; then the spend at the end with too much and the one with too little are mixed. Both are optimal at their price,
 *           so the mixture is, also where demands jump. Groups at a limit are cleared by themselves, at λ + γ
 * Cost:     about 70 evaluations of all demands
 */
export function clear(demand: Demand, groups: readonly GroupLimit[], total: number, atMost: boolean): Cleared {
  const grouped = new Int8Array(demand.count);
  for (const { members } of groups) for (const i of members) grouped[i] = 1;
  const spend = new Float64Array(demand.count);
  const sumAt = (price: number): number => {
    demand.fill(price, spend);
    let sum = 0;
    for (let i = 0; i < spend.length; i++) if (grouped[i] === 0) sum += spend[i]!;
    for (const group of groups) sum += Math.min(group.upper, Math.max(group.lower, sumOver(spend, group.members)));
    return sum;
  };
  if (atMost && sumAt(0) <= total) return withGroups(demand, groups, spend, 0);
  const { price, share, low, high } = search(sumAt, total);
  // both ends, groups at a limit by themselves
  const more = withGroups(demand, groups, filled(demand, low), low);
  const less = withGroups(demand, groups, filled(demand, high), high);
  return {
    price,
    spend: more.spend.map((b, i) => between(b, less.spend[i]!, share)),
    groupPrices: more.groupPrices.map((g, i) => share * g + (1 - share) * less.groupPrices[i]!),
  };
}

/** a weighs `share`. Rounding leads neither beyond a nor beyond b, so limits that both keep are kept. */
function between(a: number, b: number, share: number): number {
  const mixed = b + share * (a - b);
  return a < b ? Math.min(b, Math.max(a, mixed)) : Math.min(a, Math.max(b, mixed));
}

function filled(demand: Demand, price: number): Float64Array {
  const spend = new Float64Array(demand.count);
  demand.fill(price, spend);
  return spend;
}

/** Groups beyond a limit get a price of their own. */
function withGroups(demand: Demand, groups: readonly GroupLimit[], spend: Float64Array, price: number): Cleared {
  const groupPrices = groups.map(({ members, lower, upper }) => {
    const sum = sumOver(spend, members);
    if (sum >= lower && sum <= upper) return 0;
    const all = new Float64Array(demand.count);
    const sumAt = (own: number): number => {
      demand.fill(own, all);
      return sumOver(all, members);
    };
    const found = search(sumAt, sum > upper ? upper : lower);
    demand.fill(found.low, all);
    const more = Float64Array.from(members, (i) => all[i]!);
    demand.fill(found.high, all);
    for (const [k, i] of members.entries()) spend[i] = between(more[k]!, all[i]!, found.share);
    return found.price - price;
  });
  return { spend, price, groupPrices };
}

function sumOver(spend: Float64Array, members: Int32Array): number {
  let sum = 0;
  for (const i of members) sum += spend[i]!;
  return sum;
}

interface Found {
  readonly price: number;
  /** Neighboring prices: at `low` the sum is at least the total, at `high` at most. */
  readonly low: number;
  readonly high: number;
  /** What the spend at `low` weighs in the mixture that meets the total. */
  readonly share: number;
}

const MOST_DOUBLINGS = 2100; // from the smallest to the largest number

/** The price with sumAt(price) = total for a falling sumAt. */
function search(sumAt: (price: number) => number, total: number): Found {
  const atZero = sumAt(0);
  if (atZero === total) return { price: 0, low: 0, high: 0, share: 1 };
  const sign = atZero > total ? 1 : -1;
  const beyond = (size: number) => sign * (sumAt(sign * size) - total) <= 0;
  let near = 1;
  let far = 1;
  for (let i = 0; i < MOST_DOUBLINGS && far < Infinity && !beyond(far); i++) [near, far] = [far, 4 * far];
  if (near === far) for (let i = 0; i < MOST_DOUBLINGS && near > 0 && beyond(near); i++) [far, near] = [near, near / 4];
  for (;;) {
    const middle = far > 2 * near && near > 0 ? Math.sqrt(near) * Math.sqrt(far) : near + (far - near) / 2;
    if (!(middle > near && middle < far)) break;
    if (beyond(middle)) far = middle;
    else near = middle;
  }
  const [low, high] = sign > 0 ? [near, far] : [-far, -near];
  const [most, least] = [sumAt(low), sumAt(high)];
  const share = most === least ? 1 : Math.min(1, Math.max(0, (total - least) / (most - least)));
  return { price: share * low + (1 - share) * high, low, high, share };
}
