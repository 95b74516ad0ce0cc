"""From database rows to structs.

A statement's columns are named as the fields of the struct it fills. This is checked the first time that a statement
gives a row; from then on a row is one positional call.
"""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from inspect import signature
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import asyncpg
import msgspec

__all__ = ["Json", "decoder", "encode_json"]

T = TypeVar("T")
# What a field may be that PostgreSQL fills from another type than jsonb. Not decided by the values: they may be null.
_PLAIN = (int, float, str, bytes, UUID, date, time, timedelta, Decimal, NoneType)


class Json(bytes):
    """A `jsonb` value as it came from the server, not yet decoded."""

    __slots__ = ()


def encode_json(value: object) -> bytes:
    """A value for a `jsonb` parameter: bytes are taken as JSON already, all else is encoded."""
    return value if isinstance(value, bytes) else msgspec.json.encode(value)


def decoder(row: type[T], sample: asyncpg.Record) -> Callable[[asyncpg.Record], T]:
    """A function from a record such as `sample` to `row`: a struct, or a type for a single column.

    Raises:
        TypeError: the columns are not the fields of the struct, or a column is `jsonb` and its field cannot hold that.
    """
    columns = tuple(sample.keys())
    if not (isinstance(row, type) and issubclass(row, msgspec.Struct)):
        if len(columns) != 1:
            raise TypeError(f"{row} takes one column, the statement gives {columns}")
        read = _json_reader(row)
        return lambda record: read(record[0]) if type(record[0]) is Json else record[0]
    fields = row.__struct_fields__
    if sorted(columns) != sorted(fields):
        raise TypeError(f"columns {columns} are not the fields {fields} of {row.__name__}")
    hints = get_type_hints(row)
    json_readers = {name: _json_reader(hints[name]) for name in columns if _may_hold_json(hints[name])}
    for name in columns:
        if type(sample[name]) is Json and name not in json_readers:
            raise TypeError(f"column {name} is jsonb, which the field of {row.__name__} cannot hold")
    by_position = all(p.kind is not p.KEYWORD_ONLY for p in signature(row).parameters.values())

    def plain(record: asyncpg.Record) -> T:
        return row(*record)

    def named(record: asyncpg.Record) -> T:
        values = dict(zip(columns, record, strict=True))
        for name, read in json_readers.items():
            if type(values[name]) is Json:
                values[name] = read(values[name])
        return row(**values)

    return plain if columns == fields and by_position and not json_readers else named


def _json_reader(hint: Any) -> Callable[[bytes], Any]:
    if hint is msgspec.Raw or msgspec.Raw in get_args(hint):
        return msgspec.Raw
    return msgspec.json.Decoder(hint).decode


def _may_hold_json(hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(_may_hold_json(part) for part in get_args(hint))
    plain = getattr(hint, "__supertype__", hint)  # of a NewType
    return get_origin(plain) is not Literal and not (isinstance(plain, type) and issubclass(plain, _PLAIN))
