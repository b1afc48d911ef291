// Known results, computed by the engine: small enough to be done at once, wrong if anything in the way is wrong.

import { exp } from "../../program/expansions/index.ts";
import { Body } from "../../program/kernels/body.ts";
import type { LoopKernel, MatmulKernel } from "../../program/kernels/kernel.ts";
import { multiply } from "../../program/kernels/product.ts";
import { runAlone } from "../wasm/alone.ts";
import { emitKernel } from "../wasm/loops/index.ts";
import { emitMatmul } from "../wasm/matmul/index.ts";
import type { Check } from "./report.ts";

/** exp in f32 on 4001 points of [−80, 80]: at most 1 unit in the last place from the f64 value. */
export function checkExp(fma: boolean): Check {
  const x = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 25);
  const body = new Body();
  const value = exp(body, body.load(0, "f32"));
  const access = (buffer: number) => ({ buffer, dtype: "f32", offset: 0, strides: [0, 1] }) as const;
  const kernel: LoopKernel = {
    kind: "loop",
    outer: [1],
    inner: x.length,
    accesses: [access(0), access(1)],
    slots: [],
    stages: [{ over: "inner", body, stores: [{ value: value.id, access: 1 }], reductions: [], results: [] }],
  };
  const alone = runAlone(emitKernel(kernel), [x, new Float32Array(x.length)], { fma });
  alone.run();
  let worst = 0;
  for (const [i, y] of alone.read(1).entries()) {
    const truth = Math.exp(x[i]!);
    const unit = 2 ** (Math.floor(Math.log2(truth)) - 23);
    worst = Math.max(worst, Math.abs(y - truth) / unit); // NaN stays
  }
  return { name: "exp", passed: worst <= 1, detail: `${worst.toFixed(2)} ulp` };
}

/** A product of 37×45×300 in each width: the bits of the definition, with FMA within the bound of summation. */
export function checkProduct(fma: boolean): Check {
  let worst = 0;
  let different = 0;
  for (const dtype of ["f32", "f64"] as const) {
    const kernel = product(dtype, 37, 45, 300);
    const buffers = [
      numbers(dtype, 37 * 300, 617),
      numbers(dtype, 300 * 45, 1033),
      numbers(dtype, 37 * 45, 1),
    ] as const;
    const alone = runAlone(emitMatmul(kernel), buffers, { fma });
    alone.run();
    const expected = buffers[2].slice();
    multiply(kernel, buffers[0], buffers[1], expected);
    const bound = new Float64Array(expected.length);
    const [a, b] = [Float64Array.from(buffers[0], Math.abs), Float64Array.from(buffers[1], Math.abs)];
    multiply({ ...kernel, dtype: "f64" }, a, b, bound);
    const unit = dtype === "f32" ? 2 ** -24 : 2 ** -53;
    for (const [i, x] of alone.read(2).entries()) {
      if (!Object.is(x, expected[i])) different++;
      worst = Math.max(worst, Math.abs(x - expected[i]!) / (2 * 300 * unit * bound[i]!));
    }
  }
  const passed = fma ? worst <= 1 : different === 0;
  return {
    name: "matmul 37×45×300",
    passed,
    detail: passed ? (fma ? `within ${worst.toFixed(2)} of its bound` : "ok, bit for bit") : "wrong result",
  };
}

/** The same product on one thread and on several. */
export function checkThreads(fma: boolean, threads: number): Check & { readonly ready: number } {
  const name = `1 thread = ${threads} threads`;
  const kernel = product("f32", 200, 130, 300);
  const buffers = [numbers("f32", 200 * 300, 617), numbers("f32", 300 * 130, 1033), new Float32Array(200 * 130)];
  const one = runAlone(emitMatmul(kernel), buffers, { fma });
  const many = runAlone(emitMatmul(kernel), buffers, { fma, threads });
  try {
    const ready = many.pool?.waitReady(5000) ?? 1;
    one.run();
    many.run();
    const expected = one.read(2);
    const passed = many.read(2).every((x, i) => Object.is(x, expected[i]));
    return { name, passed, ready, detail: passed ? "same bits" : "other bits" };
  } finally {
    many.pool?.close();
  }
}

function product(dtype: "f32" | "f64", m: number, n: number, k: number): MatmulKernel {
  const matrix = (buffer: number, columns: number) => {
    return { buffer, offset: 0, rowStride: columns, columnStride: 1, batchStrides: [] };
  };
  return { kind: "matmul", dtype, batch: [], m, n, k, a: matrix(0, k), b: matrix(1, n), c: matrix(2, n) };
}

function numbers(dtype: "f32" | "f64", size: number, step: number): Float32Array | Float64Array {
  const at = (_: unknown, i: number) => ((i * step) % 4099) / 4099 - 0.5;
  return dtype === "f32" ? Float32Array.from({ length: size }, at) : Float64Array.from({ length: size }, at);
}
