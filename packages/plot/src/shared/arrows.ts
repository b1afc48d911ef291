// Arrows as paths: Vega's own arrow symbol is stubby and does not stretch.

export interface Arrow {
  /** Pixels, relative to the middle of the arrow. */
  readonly dx: number;
  readonly dy: number;
}

/** A shaft with an open head, centered on the origin; a dot for a vector of length zero. */
export function arrowPath({ dx, dy }: Arrow): string {
  const length = Math.hypot(dx, dy);
  if (length < 0.5) return "M-1,0a1,1,0,1,0,2,0a1,1,0,1,0,-2,0";
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(5, 0.45 * length);
  const tip = [dx / 2, dy / 2] as const;
  // the head spreads half as wide as it is long
  const wing = (side: 1 | -1) =>
    `${round(tip[0] - head * (ux - 0.5 * side * uy))},${round(tip[1] - head * (uy + 0.5 * side * ux))}`;
  return `M${round(-dx / 2)},${round(-dy / 2)}L${round(tip[0])},${round(tip[1])}M${wing(1)}L${round(tip[0])},${round(tip[1])}L${wing(-1)}`;
}

const round = (x: number) => Number(x.toFixed(2));
