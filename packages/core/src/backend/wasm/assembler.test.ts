import { describe, expect, it } from "vitest";
import { FunctionBuilder, ModuleBuilder } from "./assembler.ts";
import { type WasmMemory, webAssembly } from "./web-assembly.ts";

function instantiate(module: ModuleBuilder): {
  call: (name: string, ...args: number[]) => number;
  memory: WasmMemory;
} {
  const memory = new webAssembly!.Memory({ initial: 1 });
  const { exports } = new webAssembly!.Instance(new webAssembly!.Module(module.bytes()), { engine: { memory } });
  return { memory, call: (name, ...args) => (exports[name] as (...args: number[]) => number)(...args) };
}

describe("the assembler", () => {
  it("makes loops, branches and constants of any size", () => {
    const f = new FunctionBuilder({ params: ["i32"], results: ["i32"] });
    const [n] = f.params as [(typeof f.params)[0]];
    const sum = f.local("i32");
    f.block((end) => {
      f.loop((again) => {
        f.get(n).plain("i32.eqz").branchIf(end);
        f.get(sum).get(n).plain("i32.add").set(sum);
        f.get(n).i32(1).plain("i32.sub").set(n);
        f.branch(again);
      });
    });
    f.get(sum).i32(-123_456).plain("i32.add");
    const module = new ModuleBuilder();
    module.add(f, "sum");
    expect(instantiate(module).call("sum", 1000)).toBe(500_500 - 123_456);
  });

  it("makes vector code on the imported memory", () => {
    const f = new FunctionBuilder({ params: ["i32"], results: [] });
    const [at] = f.params as [(typeof f.params)[0]];
    f.get(at).get(at).memory("v128.load", 16).f32(2.5).simd("f32x4.splat").simd("f32x4.mul").memory("v128.store", 32);
    const module = new ModuleBuilder();
    module.add(f, "scale");
    const { memory, call } = instantiate(module);
    new Float32Array(memory.buffer).set([1, 2, 3, 4], 4);
    call("scale", 0);
    expect([...new Float32Array(memory.buffer, 32, 4)]).toEqual([2.5, 5, 7.5, 10]);
  });

  it("calls functions of the module, and shares types", () => {
    const module = new ModuleBuilder();
    const square = new FunctionBuilder({ params: ["f64"], results: ["f64"] });
    square.get(square.params[0]!).get(square.params[0]!).plain("f64.mul");
    const index = module.add(square);
    const quartic = new FunctionBuilder({ params: ["f64"], results: ["f64"] });
    quartic.get(quartic.params[0]!).call(index).call(index);
    module.add(quartic, "quartic");
    expect(instantiate(module).call("quartic", 3)).toBe(81);
  });

  it("adds functions that are called by their code, once each", () => {
    const square = new FunctionBuilder({ params: ["f64"], results: ["f64"] });
    square.get(square.params[0]!).get(square.params[0]!).plain("f64.mul");
    const power = (inner: FunctionBuilder) => {
      const f = new FunctionBuilder({ params: ["f64"], results: ["f64"] });
      return f.get(f.params[0]!).callFunction(inner).callFunction(square);
    };
    const quartic = power(square);
    const module = new ModuleBuilder();
    module.add(quartic, "quartic");
    expect(module.add(power(quartic), "eighth")).toBe(2); // after square and quartic
    const { call } = instantiate(module);
    expect(call("quartic", 3)).toBe(81);
    expect(call("eighth", 2)).toBe(256);
  });

  it("takes a shared memory", () => {
    const f = new FunctionBuilder({ params: [], results: ["f64"] });
    f.i32(8).memory("f64.load");
    const module = new ModuleBuilder({ sharedPages: 4 });
    module.add(f, "read");
    const memory = new webAssembly!.Memory({ initial: 1, maximum: 4, shared: true });
    new Float64Array(memory.buffer)[1] = 0.1;
    const { exports } = new webAssembly!.Instance(new webAssembly!.Module(module.bytes()), { engine: { memory } });
    expect((exports["read"] as () => number)()).toBe(0.1);
  });
});
