// Writes an ONNX model: just enough of its protocol buffers (onnx.proto3) for float graphs without control flow.
const FLOAT = 1;
const INT64 = 7;
const OPSET = 17;

const varint = (value) => {
  let n = BigInt.asUintN(64, BigInt(value));
  const bytes = [];
  do {
    bytes.push(Number(n & 127n) | (n > 127n ? 128 : 0));
    n >>= 7n;
  } while (n > 0n);
  return Buffer.from(bytes);
};
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, ...parts) => {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
};
const float = (field, value) => Buffer.concat([varint((field << 3) | 5), Buffer.from(Float32Array.of(value).buffer)]);

// ValueInfoProto: name = 1, type = 2 { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 { dim_value = 1 } } } }
const valueInfo = (name, shape) =>
  Buffer.concat([
    bytes(1, name),
    bytes(2, bytes(1, number(1, FLOAT), bytes(2, ...shape.map((size) => bytes(1, number(1, size)))))),
  ]);
// TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9
const tensor = (name, type, shape, data) =>
  Buffer.concat([
    ...shape.map((size) => number(1, size)),
    number(2, type),
    bytes(8, name),
    bytes(9, Buffer.from(data.buffer)),
  ]);
// AttributeProto: name = 1, f = 2, i = 3, ints = 8, type = 20 (FLOAT 1, INT 2, INTS 7)
function attribute(name, value) {
  if (Array.isArray(value)) return Buffer.concat([bytes(1, name), ...value.map((v) => number(8, v)), number(20, 7)]);
  return Buffer.concat([
    bytes(1, name),
    ...(Number.isInteger(value) ? [number(3, value), number(20, 2)] : [float(2, value), number(20, 1)]),
  ]);
}

export class GraphBuilder {
  #nodes = [];
  #initializers = [];
  #inputs = [];
  #outputs = [];
  #next = 0;
  outputs = [];

  #name(kind) {
    return `${kind}${this.#next++}`;
  }
  input(name, shape) {
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }
  output(name, shape) {
    this.#outputs.push(valueInfo(name, shape));
    this.outputs.push(name);
  }
  constant(value) {
    return this.#initializer(FLOAT, [], Float32Array.of(value));
  }
  vector(values) {
    return this.#initializer(FLOAT, [values.length], values);
  }
  integers(values) {
    return this.#initializer(INT64, [values.length], BigInt64Array.from(values, BigInt));
  }
  #initializer(type, shape, data) {
    const name = this.#name("c");
    this.#initializers.push(tensor(name, type, shape, data));
    return name;
  }
  // NodeProto: input = 1, output = 2, op_type = 4, attribute = 5
  op(type, inputs, attributes = {}, name = this.#name("t")) {
    this.#nodes.push(
      Buffer.concat([
        ...inputs.map((input) => bytes(1, input)),
        bytes(2, name),
        bytes(4, type),
        ...Object.entries(attributes).map(([key, value]) => bytes(5, attribute(key, value))),
      ]),
    );
    return name;
  }
  // ModelProto: ir_version = 1, graph = 7, opset_import = 8 { version = 2 }.  GraphProto: node = 1, name = 2, initializer = 5,
  // input = 11, output = 12
  bytes() {
    const graph = [
      ...this.#nodes.map((node) => bytes(1, node)),
      bytes(2, "graph"),
      ...this.#initializers.map((t) => bytes(5, t)),
      ...this.#inputs.map((t) => bytes(11, t)),
      ...this.#outputs.map((t) => bytes(12, t)),
    ];
    return new Uint8Array(Buffer.concat([number(1, 8), bytes(7, ...graph), bytes(8, number(2, OPSET))]));
  }
}
