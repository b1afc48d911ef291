# Writes the golden files of this folder: python make-golden.py   (pyarrow 26.0.1, pandas 3.1.1, numpy 2.4.6)
# Every file is small and is read by *.test.ts beside the readers, which repeat the values below.
import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

UTC = dt.timezone.utc
when = [dt.datetime(2024, 2, 29, 12, 30, 0, 123456, UTC), None, dt.datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)]
mixed = pa.table(
    {
        "f64": pa.array([1.5, None, -0.0], pa.float64()),
        "f32": pa.array([0.1, float("nan"), float("inf")], pa.float32()),
        "f16": pa.array(np.array([0.5, -2.0, 65504.0], np.float16)),
        "i64": pa.array([9007199254740991, None, -3], pa.int64()),
        "i8": pa.array([-128, 0, 127], pa.int8()),
        "u32": pa.array([4294967295, 0, None], pa.uint32()),
        "u64": pa.array([1, 2, 3], pa.uint64()),
        "bool": pa.array([True, None, False]),
        "text": pa.array(["é", None, ""], pa.string()),
        "dict": pa.array(["b", "a", "b"]).dictionary_encode(),
        "day": pa.array([dt.date(2024, 2, 29), None, dt.date(1969, 12, 31)], pa.date32()),
        "ms": pa.array(when, pa.timestamp("us", "UTC")).cast(pa.timestamp("ms", "UTC"), safe=False),
        "us": pa.array(when, pa.timestamp("us", "UTC")),
        "ns": pa.array(when, pa.timestamp("us", "UTC")).cast(pa.timestamp("ns", "UTC")),
        "money": pa.array([Decimal("0.3"), None, Decimal("-1.1")], pa.decimal128(5, 1)),
        "none": pa.array([None, None, None], pa.null()),
    }
)
pq.write_table(mixed, "mixed.parquet")
with ipc.new_file("mixed.arrow", mixed.schema) as sink:
    sink.write_table(mixed)
with ipc.new_stream("mixed.arrows", mixed.schema) as sink:
    sink.write_table(mixed)

# The same 1000 rows under every compression, in row groups of 300; version 2 pages too.
n = 1000
rows = pa.table(
    {
        "x": pa.array([i * 0.25 if i % 7 else None for i in range(n)], pa.float64()),
        "k": pa.array(range(n), pa.int32()),
        "c": pa.array([f"c{(i * i) % 11}" for i in range(n)]),
    }
)
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    pq.write_table(rows, f"rows-{codec}.parquet", compression=codec, row_group_size=300)
pq.write_table(rows, "rows-v2.parquet", data_page_version="2.0", row_group_size=300, data_page_size=512, write_page_index=True)
pq.write_table(rows, "rows-delta.parquet", use_dictionary=False, column_encoding={"k": "DELTA_BINARY_PACKED", "x": "BYTE_STREAM_SPLIT", "c": "DELTA_BYTE_ARRAY"})

pandas_table = pd.DataFrame({"age": [31.0, np.nan], "plan": pd.Categorical(["basic", "pro"]), "at": pd.to_datetime(["2024-02-29", None])})
pandas_table.to_parquet("pandas.parquet")
pandas_table.to_feather("pandas.feather")  # LZ4 frames

nested = pa.table(
    {
        "id": [1, 2],
        "tags": [["a"], []],
        "where": [{"x": 1}, {"x": 2}],
        "blob": pa.array([b"\xff\xfe", b"\x00"], pa.binary()),
        "clock": pa.array([dt.time(1), dt.time(2)]),
    }
)
pq.write_table(nested, "nested.parquet")
feather.write_feather(nested, "nested.arrow", compression="uncompressed")
pq.write_table(pa.table({"id": pa.array([2**53 + 1, 5], pa.int64())}), "large-integer.parquet")
pq.write_table(rows.schema.empty_table(), "no-rows.parquet")
feather.write_feather(pa.table({"id": pa.array([2**53 + 1, 5], pa.int64())}), "large-integer.arrow", compression="uncompressed")

# More than one LZ4 block, so that blocks refer to each other; and ZSTD.
long = pa.table({"x": pa.array(np.arange(12000) % 50 / 8.0), "c": [f"city {i % 37}" for i in range(12000)]})
feather.write_feather(long, "long-lz4.feather", compression="lz4")
feather.write_feather(long, "long-zstd.feather", compression="zstd")
# A stream in which the dictionary is replaced between batches.
first = pa.record_batch({"c": pa.array(["a", "b"]).dictionary_encode()})
second = pa.record_batch({"c": pa.array(["z", None, "a"]).dictionary_encode()})
with ipc.new_stream("replaced.arrows", first.schema) as sink:
    sink.write_batch(first)
    sink.write_batch(second)

np.savez(
    "arrays.npz",
    X=np.array([[1.5, 2.0], [np.nan, -4.0], [5.0, 6.0]]),
    y=np.array([0, 1, 1]),
    name=np.array(["é", "", "longer"]),
    code=np.array([b"ab", b"", b"c"]),
    flag=np.array([True, False, True]),
    at=np.array(["2024-02-29T12:30:00.123456", "NaT", "1969-12-31T23:59:59.999999"], "datetime64[us]"),
    month=np.array(["2024-02", "NaT", "1969-12"], "datetime64[M]"),
)
np.savez_compressed("compressed.npz", X=np.asfortranarray(np.arange(6.0).reshape(2, 3)), w=np.array([0.5, 2.0], ">f4"), h=np.array([0.5, 65504], np.float16))
np.savez("objects.npz", X=np.arange(2.0), names=np.array(["a", None], object))
np.savez("ragged.npz", X_train=np.zeros((3, 2)), X_test=np.ones((2, 2)))
np.save("matrix.npy", np.array([[1, 2], [3, 4]], np.int16))
np.save("records.npy", np.array([(1.5, "a", 7), (np.nan, "", -7)], [("x", "<f8"), ("c", "<U1"), ("k", ">i4")]))
np.save("complex.npy", np.array([1j, 2]))
np.save("cube.npy", np.zeros((2, 2, 2)))
np.save("large-integer.npy", np.array([2**53 + 1, 5]))
