// Code for rows that are added at places named by a table: one row after the other, so that the order of the sums is fixed.
import { bytesOf } from "../../../program/dtype.ts";
import type { ScatterKernel } from "../../../program/kernels/kernel.ts";
import { FunctionBuilder, type Local } from "../assembler.ts";
import { type Emitted, KERNEL_SIGNATURE, layoutOf, STATUS_ADDRESS, STATUS_INDEX_OUT_OF_RANGE } from "../emitted.ts";
import type { MemoryOp, PlainOp, SimdOp } from "../opcodes.ts";
import { Words } from "./plan.ts";

const OPS: Readonly<Record<"f32" | "f64" | "i32", { load: MemoryOp; store: MemoryOp; add: PlainOp; vector: SimdOp }>> =
  {
    f32: { load: "f32.load", store: "f32.store", add: "f32.add", vector: "f32x4.add" },
    f64: { load: "f64.load", store: "f64.store", add: "f64.add", vector: "f64x2.add" },
    i32: { load: "i32.load", store: "i32.store", add: "i32.add", vector: "i32x4.add" },
  };

/** Negative ids count from the end; others outside of the target are reported and add nothing. */
export function emitScatter(kernel: ScatterKernel): Emitted {
  const { rows, inner, extent, ids, updates, target } = kernel;
  const dtype = kernel.dtype === "bool" ? "i32" : kernel.dtype; // sums of conditions are counts: there are none of bool
  const size = bytesOf(dtype);
  const words = new Words();
  const word = {
    rows: words.i32(rows),
    inner: words.i32(inner),
    extent: words.i32(extent),
    ids: words.address(ids.buffer, ids.offset * 4),
    updates: words.address(updates.buffer, updates.offset * size),
    rowStep: words.i32(updates.rowStride * size),
    innerStep: words.i32(updates.innerStride * size),
    target: words.address(target.buffer, target.offset * size),
  };
  const dense = updates.innerStride === 1 || inner <= 1;
  const emit = (): FunctionBuilder => {
    const f = new FunctionBuilder(KERNEL_SIGNATURE);
    const { offsets } = layoutOf(words.list);
    const block = f.params[0]!;
    const local = (name: keyof typeof word): Local => {
      const to = f.local("i32");
      f.get(block).memory("i32.load", offsets[word[name]]!).set(to);
      return to;
    };
    const left = local("rows");
    const count = local("inner");
    const [bound, id, from, rowStep, innerStep] = [
      local("extent"),
      local("ids"),
      local("updates"),
      local("rowStep"),
      local("innerStep"),
    ];
    const base = local("target");
    const [at, to, source, rest] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
    const { load, store, add, vector } = OPS[dtype];
    const lanes = 16 / size;
    f.block((end) => {
      f.loop((again) => {
        f.get(left).plain("i32.eqz").branchIf(end);
        f.get(id).memory("i32.load").tee(at).get(bound);
        f.get(at).i32(31).plain("i32.shr_s").plain("i32.and").plain("i32.add").set(at);
        f.get(at)
          .get(bound)
          .plain("i32.ge_u")
          .if(
            () => {
              f.i32(STATUS_ADDRESS).i32(STATUS_INDEX_OUT_OF_RANGE).memory("i32.store");
            },
            () => {
              f.get(at).get(count).plain("i32.mul").i32(size).plain("i32.mul").get(base).plain("i32.add").set(to);
              f.get(from).set(source);
              f.get(count).set(rest);
              if (dense) {
                f.block((tail) => {
                  f.loop((more) => {
                    f.get(rest).i32(lanes).plain("i32.lt_s").branchIf(tail);
                    f.get(to)
                      .get(to)
                      .memory("v128.load")
                      .get(source)
                      .memory("v128.load")
                      .simd(vector)
                      .memory("v128.store");
                    for (const pointer of [to, source]) f.get(pointer).i32(16).plain("i32.add").set(pointer);
                    f.get(rest).i32(lanes).plain("i32.sub").set(rest).branch(more);
                  });
                });
              }
              f.block((done) => {
                f.loop((more) => {
                  f.get(rest).plain("i32.eqz").branchIf(done);
                  f.get(to).get(to).memory(load).get(source).memory(load).plain(add).memory(store);
                  f.get(to).i32(size).plain("i32.add").set(to);
                  f.get(source).get(innerStep).plain("i32.add").set(source);
                  f.get(rest).i32(1).plain("i32.sub").set(rest).branch(more);
                });
              });
            },
          );
        f.get(id).i32(4).plain("i32.add").set(id);
        f.get(from).get(rowStep).plain("i32.add").set(from);
        f.get(left).i32(1).plain("i32.sub").set(left).branch(again);
      });
    });
    return f;
  };
  return {
    calls: [
      {
        ...{ key: `scatter ${dtype} ${dense}`, emit, words: words.list, units: rows === 0 ? 0 : 1, grain: 1 },
        cost: rows * (3 + inner * 0.5),
        scratchBytes: 0,
      },
    ],
    workspaceBytes: 0,
  };
}
