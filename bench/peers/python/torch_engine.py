"""PyTorch on CPU, eager, as its users write it: nn.functional, autograd, torch.optim.Adam, embedding by indexing."""

import math
import os

import numpy as np
import torch
import torch.nn.functional as F


def start():
    threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    torch.set_num_threads(threads)
    return {
        "versions": {"torch": torch.__version__},
        "settings": lambda: {"tier": "native", "fma": True, "threads": torch.get_num_threads()},
        "dtypes": ["f32", "f64"],
        "tasks": tasks,
    }


def tensors(inputs):
    return {name: torch.from_numpy(np.ascontiguousarray(x)) for name, x in inputs.items()}


def repeated(f):
    return f, f


products = {
    "nn": lambda a, b: a @ b,
    "nt": lambda a, b: a @ b.transpose(-1, -2),
    "tn": lambda a, b: a.transpose(-1, -2) @ b,
}
maps = {
    "relu": lambda x: torch.relu(x * 1.5 + 0.25) * x - 0.5,
    "silu": lambda x: torch.sigmoid(x * 1.5 + 0.25) * x,
    "tanh": torch.tanh,
    "exp": torch.exp,
    "erf": torch.erf,
    "log": torch.log,
}


def matmul(inputs, params):
    t = tensors(inputs)
    f = products[params["form"]]
    return repeated(lambda: f(t["a"], t["b"]))


def matmuls(inputs, params):
    t = tensors(inputs)
    pairs = [(products[form], t[f"a{i}"], t[f"b{i}"]) for i, form in enumerate(params["forms"])]
    return repeated(lambda: [f(a, b) for f, a, b in pairs])


def unary(f):
    def make(inputs, params):
        x = tensors(inputs)["x"]
        return repeated(lambda: f(x))

    return make


def map_(inputs, params):
    return unary(maps[params["fn"]])(inputs, params)


def gram(inputs, params):
    X = tensors(inputs)["X"]
    return repeated(lambda: X.T @ X)


def rbf(inputs, params):
    X = tensors(inputs)["X"]
    rows, gamma = params["rows"], params["gamma"]

    def f():
        some = X[:rows]
        squares = (X * X).sum(1)
        return torch.exp(((some * some).sum(1, keepdim=True) + squares - 2 * (some @ X.T)) * -gamma)

    return repeated(f)


def adam(inputs, params):
    t = tensors(inputs)
    leaves = [torch.nn.Parameter(t[f"p{i}"]) for i in range(params["leaves"])]
    for i, leaf in enumerate(leaves):
        leaf.grad = t[f"g{i}"]
    optimizer = torch.optim.Adam(leaves, lr=1e-3)

    def read():
        optimizer.step()
        return [leaf.detach().numpy() for leaf in leaves]

    return optimizer.step, read


def training(parameters, loss):
    optimizer = torch.optim.Adam(parameters, lr=1e-3)

    def run():
        optimizer.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimizer.step()
        return value.item()

    return run, run


def mlp(inputs):
    t = tensors(inputs)
    x, labels = t.pop("x"), t.pop("labels").long()
    p = {name: torch.nn.Parameter(value) for name, value in t.items()}
    x = x.to(p["w1"].dtype)

    def loss():
        h1 = torch.relu(x @ p["w1"] + p["b1"])
        h2 = torch.relu(h1 @ p["w2"] + p["b2"])
        return F.cross_entropy(h2 @ p["w3"] + p["b3"], labels)

    return list(p.values()), loss


def mlp_forward(inputs, params):
    _, loss = mlp(inputs)

    @torch.no_grad()
    def run():
        return loss().item()

    return run, run


def mlp_gradient(inputs, params):
    leaves, loss = mlp(inputs)

    def run():
        value = loss()
        return value, torch.autograd.grad(value, leaves)

    def read():
        value, grads = run()
        return [value.item(), math.sqrt(sum(float((g.double() ** 2).sum()) for g in grads))]

    return lambda: run()[0].item(), read


def linreg(inputs, params):
    t = tensors(inputs)
    x, y = t["x"], t["y"]
    w = torch.zeros(x.shape[1], dtype=x.dtype, requires_grad=True)
    b = torch.zeros((), dtype=x.dtype, requires_grad=True)
    return training([w, b], lambda: F.mse_loss(x @ w + b, y))


def gpt(inputs, params):
    t = tensors(inputs)
    ids, targets = t.pop("ids").long(), t.pop("targets").long()
    p = {name: torch.nn.Parameter(value) for name, value in t.items()}
    blocks, heads = params["blocks"], params["heads"]
    v, d = p["tokens"].shape
    batch, s = ids.shape
    dtype = p["tokens"].dtype
    for i in range(blocks):
        for norm in ("norm1", "norm2"):
            p[f"{norm}{i}.g"] = torch.nn.Parameter(torch.ones(d, dtype=dtype))
            p[f"{norm}{i}.b"] = torch.nn.Parameter(torch.zeros(d, dtype=dtype))
        for name in ("qkv", "o", "f1", "f2"):
            p[f"{name}{i}.b"] = torch.nn.Parameter(torch.zeros(p[f"{name}{i}"].shape[1], dtype=dtype))
    p["norm.g"] = torch.nn.Parameter(torch.ones(d, dtype=dtype))
    p["norm.b"] = torch.nn.Parameter(torch.zeros(d, dtype=dtype))
    p["head.b"] = torch.nn.Parameter(torch.zeros(v, dtype=dtype))
    mask = torch.triu(torch.full((s, s), -1e9, dtype=dtype), 1)

    def dense(x, name):
        return x @ p[name] + p[f"{name}.b"]

    def layer_norm(x, name):
        return F.layer_norm(x, (d,), p[f"{name}.g"], p[f"{name}.b"], 1e-5)

    def attention(x, i):
        q, k, value = dense(x, f"qkv{i}").view(batch, s, 3, heads, d // heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2)) / math.sqrt(d // heads) + mask
        return dense((scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, s, d), f"o{i}")

    def loss():
        x = p["tokens"][ids] + p["positions"]
        for i in range(blocks):
            x = x + attention(layer_norm(x, f"norm1{i}"), i)
            h = F.gelu(dense(layer_norm(x, f"norm2{i}"), f"f1{i}"), approximate="tanh")
            x = x + dense(h, f"f2{i}")
        logits = layer_norm(x, "norm") @ p["head"] + p["head.b"]
        return F.cross_entropy(logits.reshape(-1, v), targets.reshape(-1))

    return training(list(p.values()), loss)


def logistic_vg(inputs, params):
    t = tensors(inputs)
    X, y = t["X"], t["y"]
    w = torch.full((X.shape[1],), params["at"], dtype=X.dtype, requires_grad=True)
    b = torch.full((), params["at"], dtype=X.dtype, requires_grad=True)

    def run():
        value = F.binary_cross_entropy_with_logits(X @ w + b, y)
        return value, torch.autograd.grad(value, [w, b])

    def read():
        value, (gw, gb) = run()
        return [[value.item()], gw.numpy(), [gb.item()]]

    return lambda: run()[0].item(), read


def eager_add(inputs, params):
    t = tensors(inputs)
    return repeated(lambda: t["x"] + t["y"])


tasks = {
    "matmul": matmul,
    "matmuls": matmuls,
    "map": map_,
    "sum": unary(torch.sum),
    "logsumexp": unary(lambda x: torch.logsumexp(x, -1)),
    "softmax": unary(lambda x: torch.softmax(x, -1)),
    "layernorm": unary(lambda x: F.layer_norm(x, (x.shape[-1],), eps=1e-5)),
    "gram": gram,
    "rbf": rbf,
    "adam": adam,
    "mlp-step": lambda inputs, params: training(*mlp(inputs)),
    "mlp-forward": mlp_forward,
    "mlp-gradient": mlp_gradient,
    "linreg": linreg,
    "gpt": gpt,
    "logistic-vg": logistic_vg,
    "eager-add": eager_add,
}

if __name__ == "__main__":
    # python torch_engine.py <folder of one workload>: its numbers in float64, for the constants of workloads/training.mjs
    import json
    import sys

    with open(f"{sys.argv[1]}/request.json") as file:
        request = json.load(file)
    widths = {"f32": np.float32, "f64": np.float64, "i32": np.int32}
    wide = {}
    for name, spec in request["inputs"].items():
        x = np.fromfile(spec["file"], dtype=widths[spec["dtype"]]).reshape(spec["shape"])
        wide[name] = x.astype(np.float64) if spec["dtype"] == "f32" else x
    _, read = tasks[request["family"]](wide, request["params"])
    print(request["id"], [read() for _ in range(request.get("checkCalls", 1))])
