"""Responses in the shapes that their questions ask for."""

from collections.abc import Callable, Collection
from typing import Annotated, Any
from uuid import UUID

import msgspec

from banyan.kit.problems import FieldError, Malformed
from banyan.kit.wire import NoNul, field_error
from banyan.questions.kinds import (
    Body,
    Cloze,
    Essay,
    FileUpload,
    Matching,
    MultipleChoice,
    Numerical,
    Ordering,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
)

__all__ = ["EssayResponse", "Response", "check_response"]

Response = Any  # JSON in the shape that the question's kind says; None for no answer
_Line = Annotated[str, msgspec.Meta(max_length=2_000, pattern=NoNul)]
_Id = Annotated[str, msgspec.Meta(max_length=40)]
_Files = Annotated[list[UUID], msgspec.Meta(max_length=10)]


class EssayResponse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What someone wrote, and the files that belong to it."""

    text: Annotated[str, msgspec.Meta(max_length=200_000, pattern=NoNul)] = ""
    files: _Files = []


def check_response(body: Body, response: object) -> Response:
    """The response, tidied: without repetitions, and None where it says nothing.

    Raises:
        Malformed: it has not the shape that the question asks for, or names parts that the question has not.
    """
    return _checked(body, response, "/response")


def _checked(body: Body, response: object, at: str) -> Response:
    if response is None:
        return None
    shape, tidy = _KINDS[type(body)]
    try:
        value = msgspec.convert(response, shape)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        found = field_error(path.rstrip("`"), message)
        raise Malformed(errors=[FieldError(at + found.pointer, found.detail)]) from None
    return tidy(body, value, at)


def _known(at: str, ids: Collection[str], allowed: Collection[str]) -> None:
    if not set(ids) <= set(allowed):
        raise Malformed(errors=[FieldError(at, "The question has no such part.")])


def _choice(body: SingleChoice, value: str, at: str) -> Response:
    _known(at, [value], [choice.id for choice in body.choices])
    return value


def _choices(body: MultipleChoice, value: list[str], at: str) -> Response:
    _known(at, value, [choice.id for choice in body.choices])
    return [choice.id for choice in body.choices if choice.id in value] or None


def _verdict(_body: TrueFalse, value: bool, _at: str) -> Response:
    return value


def _line(_body: Numerical | ShortAnswer, value: str, _at: str) -> Response:
    return value if value.strip() else None


def _matches(body: Matching, value: dict[str, str], at: str) -> Response:
    _known(at, value, [pair.id for pair in body.pairs])
    _known(at, [text for text in value.values() if text], [*(pair.match for pair in body.pairs), *body.distractors])
    return {pair.id: value[pair.id] for pair in body.pairs if value.get(pair.id)} or None


def _order(body: Ordering, value: list[str], at: str) -> Response:
    if sorted(value) != sorted(item.id for item in body.items):
        raise Malformed(errors=[FieldError(at, "Name each of the items once.")])
    return value


def _filled(body: Cloze, value: dict[str, Any], at: str) -> Response:
    _known(at, value, [gap.id for gap in body.gaps])
    filled = {gap.id: _checked(gap.question, value.get(gap.id), f"{at}/{gap.id}") for gap in body.gaps}
    return {gap_id: response for gap_id, response in filled.items() if response is not None} or None


def _essay(body: Essay, value: EssayResponse, at: str) -> Response:
    if len(value.files) > body.files:
        raise Malformed(errors=[FieldError(f"{at}/files", f"At most {body.files} files.")])
    return msgspec.to_builtins(value) if value.text.strip() or value.files else None


def _upload(body: FileUpload, value: list[UUID], at: str) -> Response:
    files = list(dict.fromkeys(value))
    if len(files) > body.most_files:
        raise Malformed(errors=[FieldError(at, f"At most {body.most_files} files.")])
    return [str(file_id) for file_id in files] or None


_Ids = Annotated[list[_Id], msgspec.Meta(max_length=50)]
_Number = Annotated[str, msgspec.Meta(max_length=100, pattern=NoNul)]
_KINDS: dict[type[Any], tuple[Any, Callable[[Any, Any, str], Response]]] = {
    SingleChoice: (_Id, _choice),
    MultipleChoice: (_Ids, _choices),
    TrueFalse: (bool, _verdict),
    Numerical: (_Number, _line),
    ShortAnswer: (_Line, _line),
    Matching: (dict[_Id, _Line], _matches),
    Ordering: (_Ids, _order),
    Cloze: (dict[_Id, Any], _filled),
    Essay: (EssayResponse, _essay),
    FileUpload: (_Files, _upload),
}
