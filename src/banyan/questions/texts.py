"""The texts of a question, wherever in it they stand, and the ids of its parts."""

import secrets
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from banyan.questions.kinds import Body, Gap, Line, Matching, Pair, Prose
from banyan.questions.model import Question

__all__ = ["as_title", "every_value", "markdown_of", "with_markdown", "with_numbered_ids", "with_own_ids", "words_of"]

T = TypeVar("T", bound=msgspec.Struct)
_LONGEST_TITLE = 80  # made of a text
_MOST_WORDS = 50_000  # characters that a search looks at; PostgreSQL takes a mebibyte
# Lines that are read as Markdown, because learners are shown them. Others are patterns, or for graders.
_SHOWN_LINES = {Pair: ("match",), Matching: ("distractors",)}


def every_value(thing: object, at: str = "") -> Iterator[tuple[str, object]]:
    """Everything in a struct that is not itself made of parts, with its JSON pointer."""
    if isinstance(thing, msgspec.Struct):
        for name in thing.__struct_fields__:
            yield from every_value(getattr(thing, name), f"{at}/{name}")
    elif isinstance(thing, list):
        for number, part in enumerate(thing):
            yield from every_value(part, f"{at}/{number}")
    else:
        yield at, thing


def markdown_of(body: Body, at: str = "") -> list[tuple[str, str]]:
    """Every text of a question that is Markdown and not empty, with its JSON pointer."""
    found: list[tuple[str, str]] = []

    def note(pointer: str, text: str) -> str:
        if text:
            found.append((pointer, text))
        return text

    _rewritten(body, note, at)
    return found


def with_markdown(body: Body, change: Callable[[str], str]) -> Body:
    """The question with each of its Markdown texts changed."""
    return _rewritten(body, lambda _pointer, text: change(text), "")


def with_own_ids(body: Body, known: Collection[str] = ()) -> Body:
    """The question with ids of its parts that tell nothing.

    An author's ids may say which choice is right: by a word, or by the order in which they were written. Learners are
    shown ids, so all but the `known` ones are replaced. Those of gaps stay: the text has them, and where in it a gap is
    everyone sees.
    """
    return _with_ids(body, lambda part_id: part_id if part_id in known else secrets.token_hex(4))


def with_numbered_ids(body: Body) -> Body:
    """The question with numbers as ids of its parts, but for gaps: what is written twice is the same both times."""
    numbers = count(1)
    return _with_ids(body, lambda _part_id: str(next(numbers)))


def words_of(question: Question) -> str:
    """What a search finds a question by, beside its title and tags."""
    texts = [value for _, value in every_value(question.body) if isinstance(value, str)]
    return " ".join([question.code, *texts])[:_MOST_WORDS]


def as_title(text: str) -> str:
    """A title for a question that has none: its first words."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"


def _rewritten(thing: T, change: Callable[[str, str], str], at: str) -> T:
    """A struct with its Markdown changed, and that of the structs in it; only the type of structs is looked at."""
    prose = _markdown_fields(type(thing))
    new: dict[str, Any] = {}
    for name in thing.__struct_fields__:
        value, pointer = getattr(thing, name), f"{at}/{name}"
        if isinstance(value, msgspec.Struct):
            new[name] = _rewritten(value, change, pointer)
        elif name in prose and isinstance(value, str):
            new[name] = change(pointer, value)
        elif isinstance(value, list):
            new[name] = [
                _rewritten(part, change, f"{pointer}/{number}")
                if isinstance(part, msgspec.Struct)
                else (change(f"{pointer}/{number}", part) if name in prose else part)
                for number, part in enumerate(value)
            ]
    return msgspec.structs.replace(thing, **new)


def _with_ids(thing: T, new_of: Callable[[str], str]) -> T:
    new: dict[str, Any] = {}
    for name in thing.__struct_fields__:
        value = getattr(thing, name)
        if isinstance(value, msgspec.Struct):
            new[name] = _with_ids(value, new_of)
        elif isinstance(value, list):
            new[name] = [_with_ids(part, new_of) if isinstance(part, msgspec.Struct) else part for part in value]
        elif name == "id" and not isinstance(thing, Gap):
            new[name] = new_of(value)
    return msgspec.structs.replace(thing, **new)


@lru_cache
def _markdown_fields(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The fields of a struct that are Markdown, or lists of it."""
    hints = get_type_hints(kind, include_extras=True)
    prose = {name for name, hint in hints.items() if hint == Prose or Prose in _within(hint)}
    shown = _SHOWN_LINES.get(kind, ())
    assert all(hints[name] == Line or Line in _within(hints[name]) for name in shown), kind  # noqa: S101 -- a renamed field
    return frozenset({*prose, *shown})


def _within(hint: Any) -> tuple[Any, ...]:
    """What an annotated list is a list of."""
    return tuple(part for argument in get_args(hint)[:1] for part in get_args(argument))
