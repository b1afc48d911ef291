// New: the BLAS of the system on the same memory, one thread.
export const exact = false;
export const rung = ({ nativeTier, runAlone }, kernel, buffers) => {
  const state = nativeTier();
  const product = "tier" in state ? state.tier.product(kernel) : undefined;
  if (product === undefined) return undefined;
  state.tier.setThreads(1);
  const alone = runAlone({ calls: product.after, workspaceBytes: 0 }, buffers);
  const base = state.tier.baseOf(alone.memory);
  const run = () => {
    product.run(base, (buffer) => alone.places[buffer]);
    alone.run();
  };
  return { run, read: () => alone.read(2) };
};
