"""A question as someone who takes it sees it: rendered once, put together for each taker.

Ten thousand may begin a test in the same second, so nothing is rendered or encoded then. `prepare` turns a question
into pieces of JSON; `show` joins them, those that are mixed in the order that the attempt's seed gives.

What is shown has no key in it, and nothing that gives it away:

- no weight, feedback, hint, pattern, tolerance, rubric or note for graders;
- ids of choices, prompts and items tell nothing because the bank gives them (see `texts.with_own_ids`);
- what is to be matched or put in order is mixed for everyone, also where the author wants nothing shuffled. Three
  things or more never come in the author's order. Two come in either: if they never came in the right one, that would
  be the answer.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from banyan.questions.kinds import (
    Answerable,
    Body,
    Choice,
    Cloze,
    Essay,
    FileUpload,
    Gap,
    Matching,
    MultipleChoice,
    Numerical,
    Ordering,
    SingleChoice,
)
from banyan.questions.rendering import Rendering

__all__ = ["Mixed", "Prepared", "prepare", "show"]

_MASK = (1 << 64) - 1
_encode = msgspec.json.encode


class Mixed(msgspec.Struct, frozen=True):
    """The members of a JSON array that may come in another order; `always`: also in a test that shuffles nothing."""

    members: list[bytes]
    always: bool


class Prepared(msgspec.Struct, frozen=True):
    """A question of which all that takers see has been rendered and encoded; it can be encoded as JSON itself."""

    question_id: UUID
    pieces: list[bytes | Mixed]


def prepare(question_id: UUID, version: int, points: float, body: Body, rendering: Rendering) -> Prepared:
    """Render and encode what takers of a question see. Takes a millisecond a text; may be called from any thread."""
    pieces = _Pieces()
    gaps = [gap.id for gap in body.gaps] if isinstance(body, Cloze) else []
    pieces.members(
        id=question_id,
        version=version,
        kind=body.__struct_config__.tag,
        points=points,
        html=rendering.with_gaps(body.text, gaps) if gaps else rendering.html(body.text),
    )
    _add_parts(pieces, body, rendering)
    return Prepared(question_id, pieces.closed())


def show(prepared: Prepared, seed: int, *, shuffle: bool = True) -> msgspec.Raw:
    """The JSON of `Shown` for one attempt: the same for the same seed, whenever and wherever it is asked for.

    Without `shuffle` choices and prompts come as their author wrote them.
    """
    joined: list[bytes] = []
    state = seed ^ prepared.question_id.int
    for number, piece in enumerate(prepared.pieces):
        if isinstance(piece, bytes):
            joined.append(piece)
        elif shuffle or piece.always:
            joined.append(b",".join(_mixed(piece, state + number)))
        else:
            joined.append(b",".join(piece.members))
    return msgspec.Raw(b"".join(joined))


class _Pieces:
    """Builds the pieces of one JSON object."""

    def __init__(self) -> None:
        self._done: list[bytes | Mixed] = []
        self._open = b""

    def members(self, **members: Any) -> None:
        """More members, with their values."""
        for name, value in members.items():
            self._open += b'%b"%b":%b' % (self._separator(), name.encode(), _encode(value))

    def array(self, name: str, members: Iterable[Any], *, mix: bool = False, always: bool = False) -> None:
        """A member whose array is mixed when the test shuffles (`mix`), or `always`."""
        encoded = [_encode(member) for member in members]
        self._open += b'%b"%b":[' % (self._separator(), name.encode())
        if (mix or always) and len(encoded) > 1:
            self._done += [self._open, Mixed(encoded, always)]
            self._open = b""
        else:
            self._open += b",".join(encoded)
        self._open += b"]"

    def objects(self, name: str, objects: Sequence["_Pieces"]) -> None:
        """A member that is an array of objects."""
        self._open += b'%b"%b":[' % (self._separator(), name.encode())
        for number, one in enumerate(objects):
            if number:
                self._open += b","
            for piece in one.closed():
                if isinstance(piece, bytes):
                    self._open += piece
                else:
                    self._done += [self._open, piece]
                    self._open = b""
        self._open += b"]"

    def closed(self) -> list[bytes | Mixed]:
        """All of it."""
        return [*self._done, self._open + (b"}" if self._begun() else b"{}")]

    def _separator(self) -> bytes:
        return b"," if self._begun() else b"{"

    def _begun(self) -> bool:
        return bool(self._done or self._open)


def _add_parts(pieces: _Pieces, body: Body, rendering: Rendering) -> None:
    match body:
        case SingleChoice() | MultipleChoice() | Numerical():
            _add_answers(pieces, body, rendering)
        case Matching():
            prompts = [{"id": pair.id, "html": rendering.html(pair.prompt)} for pair in body.pairs]
            matches = dict.fromkeys([*(pair.match for pair in body.pairs), *body.distractors])
            pieces.array("prompts", prompts, mix=body.shuffle)
            pieces.array("matches", ({"text": text, "html": rendering.html(text)} for text in matches), always=True)
        case Ordering():
            pieces.array("items", _choices(body.items, rendering), always=True)
        case Cloze():
            pieces.objects("gaps", [_gap(gap, rendering) for gap in body.gaps])
        case Essay():
            pieces.members(
                least_words=body.least_words, most_words=body.most_words, files=body.files, template=body.template
            )
        case FileUpload():
            pieces.members(most_files=body.most_files, endings=body.endings)


def _add_answers(pieces: _Pieces, body: Answerable, rendering: Rendering) -> None:
    match body:
        case SingleChoice() | MultipleChoice():
            pieces.array("choices", _choices(body.choices, rendering), mix=body.shuffle)
        case Numerical():
            pieces.members(units=[unit.name for unit in body.units], unit_required=body.unit_required)


def _choices(choices: Sequence[Choice], rendering: Rendering) -> list[dict[str, str]]:
    return [{"id": choice.id, "html": rendering.html(choice.text)} for choice in choices]


def _gap(gap: Gap, rendering: Rendering) -> _Pieces:
    pieces = _Pieces()
    pieces.members(id=gap.id, kind=gap.question.__struct_config__.tag, layout=gap.layout)
    _add_answers(pieces, gap.question, rendering)
    return pieces


def _mixed(piece: Mixed, state: int) -> list[bytes]:
    """The members in an order that depends on `state` alone, each as likely as any other.

    Fisher and Yates' shuffle with the numbers of splitmix64 (Steele, Lea and Flood 2014), written out here: what
    Python's own gives may change with its version, in the middle of an attempt.
    """
    members = piece.members.copy()
    for last in range(len(members) - 1, 0, -1):
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        number = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
        other = (number ^ (number >> 31)) % (last + 1)
        members[last], members[other] = members[other], members[last]
    if piece.always and len(members) > 2 and members == piece.members:
        members.append(members.pop(0))
    return members
