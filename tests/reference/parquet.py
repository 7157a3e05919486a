"""
Writes small parquet files with Apache Arrow: each codec, encoding and page version that the reader meets.

    python tests/reference/parquet.py packages/core/src/activations/extraction/dataset/parquet-golden

Needs pyarrow; 26.0.1 wrote the files that are committed.
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 300


def texts():
    """Repeated and single values, none, an empty one, one larger than a page, and letters outside of ASCII."""
    for i in range(ROWS):
        if i % 17 == 3:
            yield None
        elif i == 100:
            yield "long " * 300
        else:
            yield ["", "alpha", f"beta {i}", "ü€😀"][i % 4]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    values = list(texts())
    table = pa.table(
        {
            "id": list(range(ROWS)),
            "text": values,
            "meta": [{"text": "not this one", "n": i} for i in range(ROWS)],
            "tags": [["a"] * (i % 3) for i in range(ROWS)],
        }
    )
    large = table.set_column(1, "text", table["text"].cast(pa.large_string()))
    small_pages = {"data_page_size": 600, "write_batch_size": 20}
    plain = {"use_dictionary": False}
    files = {
        "none": (table, {"compression": "none", **plain, **small_pages}),
        "snappy": (table, {"compression": "snappy", "row_group_size": 70}),
        "gzip": (table, {"compression": "gzip", "data_page_version": "2.0", **small_pages}),
        "brotli": (table, {"compression": "brotli", **plain}),
        "lz4": (table, {"compression": "lz4", "row_group_size": 130, **small_pages}),
        "zstd": (large, {"compression": "zstd", "data_page_version": "2.0", **plain, **small_pages}),
        "delta": (table, {"compression": "zstd", **plain, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}}),
        "page-index": (large, {"compression": "zstd", "write_page_index": True, **small_pages}),
    }
    for name, (content, options) in files.items():
        pq.write_table(content, folder / f"{name}.parquet", **options)
    (folder / "texts.json").write_text(json.dumps(values, ensure_ascii=False) + "\n", encoding="utf-8")


main(Path(sys.argv[1]))
