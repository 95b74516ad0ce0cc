"""Rows in Parquet files: written and read some thousand at a time, so that a file of any size needs little memory.

Only what reads or writes such a file imports this: pyarrow takes more memory than all the rest of Banyan.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
from pyarrow import parquet

from banyan.archive.model import Column, Damaged, Held, Row, Unsuitable

__all__ = ["Digest", "Writing", "columns_of", "rows_of"]

AT_ONCE = 10_000  # rows in memory, and in a row group
_TYPES = {
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "bytea": pa.binary(),
    "double precision": pa.float64(),
    "integer": pa.int32(),
    "jsonb": pa.json_(pa.string()),
    "smallint": pa.int16(),
    "text": pa.string(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
    "uuid": pa.uuid(),
}


class Digest:
    """The SHA-256 of rows: of each as MessagePack, one after the other."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()
        self._rows = 0
        self._encode = msgspec.msgpack.Encoder().encode

    def add(self, rows: Sequence[Row]) -> None:
        """Some more rows."""
        for row in rows:
            self._sum.update(self._encode(row))
        self._rows += len(rows)

    @property
    def held(self) -> Held:
        """All of them so far."""
        return Held(self._rows, self._sum.digest())


class Writing:
    """A file that is being written.

    Args:
        about: what is told in the file of the file.

    Raises:
        Unsuitable: a column is of a type that is not known here.
    """

    def __init__(self, path: Path, columns: Sequence[Column], about: Mapping[str, str]) -> None:
        for column in columns:
            if column.type not in _TYPES:
                raise Unsuitable(f"The column {column.name} is {column.type}, which cannot be archived yet.")
        self._schema = pa.schema([(column.name, _TYPES[column.type]) for column in columns], metadata=dict(about))
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd", write_page_checksum=True)
        self._digest = Digest()

    def add(self, rows: Sequence[Row]) -> None:
        """Some more rows, at most `AT_ONCE`: a row group of their own."""
        self._digest.add(rows)
        columns = zip(*rows, strict=True)
        arrays = [_array(values, kind) for values, kind in zip(columns, self._schema.types, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))

    def close(self) -> Held:
        """End the file; what it holds."""
        self._writer.close()
        return self._digest.held


def rows_of(path: Path) -> Iterator[list[Row]]:
    """The rows of a file, some thousand at a time.

    Raises:
        Damaged: it is no such file, or a part of it is not as it was written.
    """
    try:
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in file.iter_batches(AT_ONCE):
                yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    except (pa.ArrowException, OSError) as error:
        raise Damaged(f"It cannot be read: {error}") from error


def columns_of(path: Path) -> list[Column]:
    """The columns of a file."""
    types = {kind: name for name, kind in _TYPES.items()}
    return [Column(field.name, types[field.type]) for field in parquet.read_schema(path)]


def _array(values: Sequence[Any], kind: Any) -> Any:
    if kind == pa.uuid():
        plain = pa.array([None if value is None else value.bytes for value in values], pa.binary(16))
        return pa.ExtensionArray.from_storage(kind, plain)
    if isinstance(kind, pa.BaseExtensionType):
        return pa.ExtensionArray.from_storage(kind, pa.array(values, kind.storage_type))
    return pa.array(values, kind)
