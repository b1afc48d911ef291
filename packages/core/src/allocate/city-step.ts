// The problem of one city: the best spend at a price, or near a point.
import { increasingRoot } from "../prox/index.ts";
import type { Curve } from "./response.ts";

/** One city, read: the curve, limits, and what deviations from the last plan cost. */
export interface City {
  readonly curve: Curve;
  readonly lower: number;
  readonly upper: number;
  /** Deviations cost weight·(b − value)²; weight 0 without a reference. */
  readonly weight: number;
  readonly value: number;
}

/** What one more unit brings: the slope of the return less that of the cost of deviating. */
export function marginalOf({ curve, weight, value }: City, b: number): number {
  return curve.slope(b) - 2 * weight * (b - value);
}

/** The return less the cost of deviating. */
export function netReturn({ curve, weight, value }: City, b: number): number {
  return curve.value(b) - weight * (b - value) ** 2;
}

export function isConcave({ curve, lower, upper }: City): boolean {
  return curve.concaveFrom <= lower || lower === upper;
}

/** argmin over [lower, upper] of −net return + price·b: how much the city takes at a price. */
export function demandAt(city: City, price: number): number {
  const { weight, value } = city;
  if (weight === 0) return bestSpend(city, 0, 0, price);
  // w(b − value)² + price·b is ½·2w·(b − value + price/2w)² and a constant
  return bestSpend(city, 2 * weight, value - price / (2 * weight), 0);
}

/** argmin over [lower, upper] of −net return + (ρ/2)(b − near)²: the step of ADMM. */
export function stepNear(city: City, near: number, rho: number): number {
  const { weight, value } = city;
  const total = rho + 2 * weight;
  return bestSpend(city, total, (rho * near + 2 * weight * value) / total, 0);
}

/** argmin over [lower, upper] of −return + (ρ/2)(b − near)² + price·b; the root of slope(b) = price + ρ(b − near), clipped. */
function bestSpend(city: City, rho: number, near: number, price: number): number {
  const { curve, lower, upper } = city;
  if (lower === upper) return lower;
  if (!isConcave(city)) return bestOfStationary(city, rho, near, price);
  if (rho === 0 && curve.spendAt !== undefined) return clip(curve.spendAt(price), lower, upper);
  if (rho > 0 && price === 0 && curve.step !== undefined) return clip(curve.step(near, rho), lower, upper);
  return rootBetween(curve, rho, near, price, lower, upper);
}

function rootBetween(curve: Curve, rho: number, near: number, price: number, low: number, high: number): number {
  return increasingRoot(
    (b) => price + rho * (b - near) - curve.slope(b),
    (b) => rho - curve.curvature(b),
    low,
    high,
    rho > 0 ? near : low + (high - low) / 2,
  );
}

const PIECES = 64;

/** A curve that is not concave everywhere: every descent into a stationary point on a grid, and both ends, are compared. */
function bestOfStationary({ curve, lower, upper }: City, rho: number, near: number, price: number): number {
  const bend = Math.min(upper, Math.max(lower, curve.concaveFrom));
  const objective = (b: number) => -curve.value(b) + 0.5 * rho * (b - near) ** 2 + price * b;
  const phi = (b: number) => price + rho * (b - near) - curve.slope(b);
  const candidates = [lower, upper, bend];
  if (bend < upper) candidates.push(rootBetween(curve, rho, near, price, bend, upper));
  for (let i = 0; i < PIECES; i++) {
    const a = lower + ((bend - lower) * i) / PIECES;
    const b = lower + ((bend - lower) * (i + 1)) / PIECES;
    if (phi(a) < 0 && phi(b) > 0) candidates.push(increasingRoot(phi, undefined, a, b, a));
  }
  return candidates.reduce((best, b) => (objective(b) < objective(best) ? b : best));
}

function clip(b: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, b));
}
