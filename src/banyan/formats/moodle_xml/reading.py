"""Moodle XML: https://docs.moodle.org/en/Moodle_XML_format, question/format/xml."""

from banyan.formats.categories import read_category
from banyan.formats.decoding import decode, glance
from banyan.formats.gathering import Gathering
from banyan.formats.model import Faulty
from banyan.formats.moodle_xml.kinds import KINDS
from banyan.formats.moodle_xml.source import Files, Source
from banyan.formats.moodle_xml.tree import Node, each_question
from banyan.formats.particulars import read_particulars, with_particulars
from banyan.questions import Question, Reading

__all__ = ["PARTICULARS", "detect", "read", "read_text"]

PARTICULARS = "banyan"
"""The element that holds what Moodle has no place for."""

_DRAWN_NUMBERS = "Each learner gets other numbers there."
_ON_A_PICTURE = "Things are put onto places of a picture there."
_WHY = {
    "calculated": _DRAWN_NUMBERS,
    "calculatedmulti": _DRAWN_NUMBERS,
    "calculatedsimple": _DRAWN_NUMBERS,
    "ddimageortext": _ON_A_PICTURE,
    "ddmarker": _ON_A_PICTURE,
    "random": "It stands for any question of its category: let a test draw from the category instead.",
    "randomsamatch": "It is put together from any short answers of its category.",
}


def detect(_name: str, data: bytes) -> bool:
    """Whether this looks like Moodle XML."""
    text = glance(data).lstrip()
    return text.startswith("<") and ("<quiz" in text or "<question " in text)


def read(data: bytes) -> Reading:
    """All questions of a file, and the files within.

    Raises:
        TooLarge: it has too many bytes, questions or elements.
        Unreadable: it is no quiz, or no XML that is safe to read.
    """
    decoded = decode(data)
    gathering = Gathering(decoded)
    files = read_text(decoded.text, gathering)
    return gathering.reading(files)


def read_text(text: str, gathering: Gathering) -> dict[str, bytes]:
    """All questions of a text; gives the files within."""
    reader = _Reader(gathering)
    each_question(text, gathering, reader.take)
    return reader.files.contents


class _Reader:
    def __init__(self, gathering: Gathering) -> None:
        self.files = Files()
        self._gathering = gathering
        self._category: list[str] = []

    def take(self, node: Node) -> None:
        """Read one question."""
        kind = node.attributes.get("type", "").strip().casefold()
        if kind == "category":
            self._category = read_category(node.value("category"), node.line, self._gathering)
            return
        source = Source(node, self.files, self._gathering, self._category)
        if kind == "description":
            source.warn("description", "A description asks nothing; it was left out.")
            return
        read_body = KINDS.get(kind)
        if read_body is None:
            detail = f"Questions of the kind “{kind[:40]}” cannot be read. {_WHY.get(kind, '')}"
            self._gathering.lose(node.line, "unknown_kind", detail.rstrip(), source.title)
            return
        try:
            question = source.question(read_body(source))
        except Faulty as faulty:
            self._gathering.fault(node.line, faulty, source.title)
            return
        self._gathering.add(node.line, _with_particulars(source, question))


def _with_particulars(source: Source, question: Question) -> Question:
    node = source.node.first(PARTICULARS)
    if node is None:
        return question
    wanted = read_particulars(node.text)
    fitting = with_particulars(question, wanted) if wanted is not None else None
    if fitting is None:
        source.warn("particulars", "The question was changed since it was exported; what Moodle cannot hold is lost.")
        return question
    return fitting
