// The innermost loop alone, on panels in the first-level cache: which tile the registers of this machine hold.
const SHAPES = [
  [4, 2],
  [5, 2],
  [6, 2],
  [3, 3],
  [4, 3],
  [4, 4],
];
const K = 256;

export function tiles({ LANES, ModuleBuilder, tileFunction, decideFma }) {
  const fused = decideFma(true).on;
  return SHAPES.map(([rows, vectors]) => {
    const row = { tile: `${rows}×${vectors} vectors` };
    for (const width of ["f32", "f64"]) {
      for (const fma of fused ? [false, true] : [false]) {
        const lanes = LANES[width];
        row[`${width}${fma ? " fma" : ""}`] = measure(lanes, { rows, vectors, columns: vectors * lanes.count }, fma);
      }
    }
    return row;
  });

  function measure(lanes, shape, fma) {
    const module = new ModuleBuilder();
    module.add(tileFunction(lanes, shape, fma), "tile");
    const memory = new WebAssembly.Memory({ initial: 2 });
    const { tile } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { engine: { memory } }).exports;
    const panelB = 64 + K * shape.rows * lanes.bytes;
    const end = panelB + K * shape.columns * lanes.bytes;
    const calls = 200;
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 200; round++) {
      const start = performance.now();
      for (let i = 0; i < calls; i++) tile(64, panelB, end, end, shape.columns * lanes.bytes, 0);
      best = Math.min(best, performance.now() - start);
    }
    return Number(((2 * shape.rows * shape.columns * K * calls) / best / 1e6).toPrecision(3));
  }
}
