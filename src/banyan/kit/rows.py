"""From database rows to structs.

A statement's columns are named as the fields of the struct it fills. This is checked the first time that a statement
gives a row; from then on a row is one positional call.
"""

from collections.abc import Callable, Sequence
from inspect import signature
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import asyncpg
import msgspec

__all__ = ["Json", "decoder", "encode_json"]

T = TypeVar("T")


class Json(bytes):
    """A `jsonb` value as it came from the server, not yet decoded."""

    __slots__ = ()


def encode_json(value: object) -> bytes:
    """A value for a `jsonb` parameter: bytes are taken as JSON already, all else is encoded."""
    return value if isinstance(value, bytes) else msgspec.json.encode(value)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not type(None)]
        return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007 -- built at run time
    return hint


def _json_reader(hint: Any) -> Callable[[bytes], Any]:
    wanted = _without_none(hint)
    if wanted is msgspec.Raw:
        return msgspec.Raw
    return msgspec.json.Decoder(wanted).decode


def decoder(row: type[T], sample: asyncpg.Record) -> Callable[[Sequence[Any]], T]:
    """A function from a record such as `sample` to `row`: a struct, or a type for a single column.

    Raises:
        TypeError: the columns are not the fields of the struct.
    """
    columns = tuple(sample.keys())
    if not (isinstance(row, type) and issubclass(row, msgspec.Struct)):
        if len(columns) != 1:
            raise TypeError(f"{row} takes one column, the statement gives {columns}")
        read = _json_reader(row)
        return lambda record: read(record[0]) if type(record[0]) is Json else record[0]
    fields = row.__struct_fields__
    if set(columns) != set(fields):
        raise TypeError(f"columns {columns} are not the fields {fields} of {row.__name__}")
    hints = get_type_hints(row)
    json_readers = {name: _json_reader(hints[name]) for name in columns if _may_hold_json(hints[name])}
    by_position = all(p.kind is not p.KEYWORD_ONLY for p in signature(row).parameters.values())

    def plain(record: Sequence[Any]) -> T:
        return row(*record)

    def named(record: Sequence[Any]) -> T:
        values = dict(zip(columns, record, strict=True))
        for name, read in json_readers.items():
            if type(values[name]) is Json:
                values[name] = read(values[name])
        return row(**values)

    return plain if columns == fields and by_position and not json_readers else named


def _may_hold_json(hint: Any) -> bool:
    wanted = _without_none(hint)
    origin = get_origin(wanted) or wanted
    return isinstance(origin, type) and issubclass(origin, msgspec.Struct | msgspec.Raw | dict | list)
