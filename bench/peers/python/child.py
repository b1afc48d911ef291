"""One Python engine in a process of its own: python child.py <engine module>. The same protocol as child.mjs.

An engine module has start() -> dict(versions, settings, dtypes, tasks, release); tasks[family](inputs, params) returns
a pair (run, read): run() does the work once, read() does it and returns its numbers.
"""

import importlib
import json
import math
import os
import resource
import statistics
import sys
import time
import traceback
import warnings

import numpy as np

warnings.filterwarnings("ignore")
replies = os.fdopen(3, "w")
engine = importlib.import_module(sys.argv[1]).start()
dtypes = {"f32": np.float32, "f64": np.float64, "i32": np.int32}
current = {}


def flatten(numbers):
    if isinstance(numbers, (list, tuple)):
        return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in numbers])
    return np.asarray(numbers, dtype=np.float64).ravel()


def open_engine(request):
    return {
        "versions": engine["versions"],
        "settings": engine["settings"](),
        "dtypes": engine["dtypes"],
        "families": list(engine["tasks"]),
    }


def prepare(request):
    inputs = {
        name: np.fromfile(spec["file"], dtype=dtypes[spec["dtype"]]).reshape(spec["shape"])
        for name, spec in request["inputs"].items()
    }
    run, read = engine["tasks"][request["family"]](inputs, request["params"])
    started = time.perf_counter()
    numbers = [flatten(read())]
    first = (time.perf_counter() - started) * 1e3
    for _ in range(1, request.get("checkCalls", 1)):
        numbers.append(flatten(read()))
    current.update(run=run, calls=1)
    flat = np.concatenate(numbers)
    probes = request.get("probes")
    return {"numbers": (flat if probes is None else flat[probes]).tolist(), "firstCallMs": first}


def time_calls(calls):
    run = current["run"]
    started = time.perf_counter_ns()
    for _ in range(calls):
        run()
    return (time.perf_counter_ns() - started) / calls


def block_of(ms):
    samples = []
    end = time.perf_counter() + ms / 1e3
    while len(samples) < 3 or time.perf_counter() < end:
        samples.append(time_calls(current["calls"]))
        if samples[0] > 1e9:
            break
    return samples


def warm_up(request):
    started = time.perf_counter()
    first = time_calls(1)
    if first > 1e9:
        return {"settled": True, "calls": 1}
    current["calls"] = max(1, math.ceil(1e6 / time_calls(max(1, math.ceil(2e5 / first)))))
    before = statistics.median(block_of(request["ms"]))
    while (time.perf_counter() - started) * 1e3 < request["limitMs"]:
        current["calls"] = max(1, math.ceil(1e6 / before))
        after = statistics.median(block_of(request["ms"]))
        if abs(after - before) <= 0.05 * before:
            return {"settled": True, "calls": current["calls"]}
        before = after
    return {"settled": False, "calls": current["calls"]}


def block(request):
    cpu, started = time.process_time(), time.perf_counter()
    samples = block_of(request["ms"])
    cores = (time.process_time() - cpu) / (time.perf_counter() - started)
    return {"samplesNs": samples, "cores": cores, "rssBytes": resident_bytes(), "settings": engine["settings"]()}


def resident_bytes():
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:  # Linux alone has it
        return None


def release(request):
    current.clear()
    return {}


handlers = {"open": open_engine, "prepare": prepare, "warmUp": warm_up, "block": block, "release": release}
for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = handlers[request.pop("do")](request)
    except Exception:
        reply = {"error": traceback.format_exc()}
    print(json.dumps(reply), file=replies, flush=True)
