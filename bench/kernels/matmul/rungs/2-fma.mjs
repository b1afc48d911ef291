// New: products and sums fused, 6×8 sums in registers.
export const exact = false;
export const rung = ({ emitMatmul, runAlone, decideFma }, kernel, buffers) => {
  if (!decideFma(true).on) return undefined;
  const alone = runAlone(emitMatmul(kernel), buffers, { fma: true });
  return { run: alone.run, read: () => alone.read(2) };
};
