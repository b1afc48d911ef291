// What a compiled function is, what it refuses, and who runs it.
import { array, compile, grad, type NDArray, referenceBackend, type Scalar, TraceError, useBackend } from "steepest";

const traces: string[] = [];
const chain = compile((x: NDArray) => x.mul(1.5).add(0.25).relu().sub(0.5), {
  debug: true,
  onTrace: ({ signature, reason }) => traces.push(`${signature}: ${reason}`),
});
const x = array([1, -2, 3], { dtype: "f32" });
console.log(chain(x).toArray(), chain.stats.kernels, traces); // [1.25, -0.5, 4.25] 4 ["0: f32[3]: first call"]
console.log(chain.inspect().split("\n").length); // 7

// A value cannot be read while a function is traced; the error names the line and the replacement.
const bad = compile((v: NDArray) => (v.sum().item() > 0 ? v : v.neg()));
try {
  bad(x);
} catch (error) {
  if (error instanceof TraceError) console.log(error.code, error.message.includes("where(…)")); // value-read true
}

// Transforms can be compiled as they are.
const slope = compile(grad((v: Scalar) => v.mul(v)));
console.log(slope(3).item(), slope(4).item(), slope.stats.signatures); // 6 8 1

// Plain JS: the truth that others are compared with, and the default so far.
useBackend(referenceBackend);
