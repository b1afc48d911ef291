// New: two threads, which share packed B.
export const exact = false;
export const rung = ({ emitMatmul, runAlone, decideFma }, kernel, buffers) => {
  const alone = runAlone(emitMatmul(kernel), buffers, { fma: decideFma(true).on, threads: 2 });
  if (alone.pool.waitReady(5000) < 2) return undefined;
  return { run: alone.run, read: () => alone.read(2), close: () => alone.pool.close() };
};
