/** sign(z)·max(|z| − t, 0), with 0 never written as −0. */
export function soft(z: number, t: number): number {
  if (z > t) return z - t;
  return z < -t ? z + t : 0;
}
