"""XML as small trees with lines, one a question. Entities are refused, so that nothing multiplies or is fetched."""

import re
from collections.abc import Callable, Iterator
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from banyan.formats.gathering import Gathering
from banyan.formats.model import MOST_QUESTIONS, TooLarge, Unreadable

__all__ = ["Node", "each_question"]

_DEEPEST = 40
_MOST_NODES = 20_000
_START = re.compile(r"<question[\s>]")
_END = "</question>"
_ALONE = re.compile(r"\s*(?:<!--(?:(?!-->).){0,5000}-->\s*){0,20}<question[\s>]", re.DOTALL)  # one without its quiz
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>")


class Node:
    """An element; `line` is where it begins."""

    __slots__ = ("attributes", "children", "line", "name", "pieces")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.children: list[Node] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        """The characters directly within."""
        return "".join(self.pieces)

    def all(self, name: str) -> Iterator["Node"]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next(self.all(name), None)

    def has(self, name: str) -> bool:
        """Whether there is a child of that name."""
        return self.first(name) is not None

    def value(self, name: str, default: str = "") -> str:
        """The text of a child, or of the `text` in it, without space around it."""
        child = self.first(name)
        return default if child is None else child.words or default

    @property
    def words(self) -> str:
        """The text within, or that of the `text` in it, without space around it."""
        inner = self.first("text")
        return (self if inner is None else inner).text.strip()

    def says(self, name: str, *, default: bool) -> bool:
        """Whether a child says yes; Moodle writes 1 and true."""
        value = self.value(name).casefold()
        return value in {"1", "true", "yes"} if value else default


def each_question(text: str, gathering: Gathering, take: Callable[[Node], None]) -> None:
    """Give away each question of a quiz. Of a file that is broken somewhere, those that are whole; breaks are reported.

    Raises:
        Unreadable: it is no quiz, or declares what is not taken.
        TooLarge: it has too many questions, or elements too many or too deep.
    """
    declaration = _DECLARATION.match(text)
    if declaration:  # it names an encoding that these characters no longer have
        text = "\n" * declaration[0].count("\n") + text[declaration.end() :]
    if _ALONE.match(text):
        text = f"<quiz>{text}</quiz>"
    handler = _Handler(take)
    try:
        _parse(text, handler)
    except SAXParseException as error:
        gathering.lose(_line_of(error), "broken_xml", f"The XML is broken here: {error.getMessage()}.")
        if handler.root != "quiz" and "<quiz" not in text:
            raise Unreadable("broken_xml", "This is no XML of Moodle.") from None
        _rest(text, handler.taken, gathering, take)
    if handler.root != "quiz":
        raise Unreadable("no_quiz", "This is XML, but no quiz of Moodle.")


def _rest(text: str, taken: int, gathering: Gathering, take: Callable[[Node], None]) -> None:
    """What stands behind a break, question by question."""
    starts = [match.start() for match in _START.finditer(text)]
    if len(starts) > MOST_QUESTIONS * 2:
        raise TooLarge("too_many_questions", f"A file may hold {MOST_QUESTIONS} questions.")
    line, counted = 0, 0
    for start, stop in list(zip(starts, [*starts[1:], len(text)], strict=False))[taken:]:
        end = text.rfind(_END, start, stop)
        piece = text[start : end + len(_END)] if end >= 0 else text[start:stop]
        line += text.count("\n", counted, start)
        counted = start
        try:
            _parse(f"<quiz>{piece}</quiz>", _Handler(take, line))
        except SAXParseException as error:
            detail = f"The XML of this question is broken: {error.getMessage()}."
            gathering.lose(line + _line_of(error), "broken_xml", detail)


def _parse(text: str, handler: "_Handler") -> None:
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(handler)
    handler.line_number = parser.getLineNumber
    try:
        parser.feed(text)  # at once: in pieces, one long token would be looked at again with every piece
        parser.close()
    except DefusedXmlException:
        raise Unreadable("unsafe_xml", "XML with a document type or entities is not taken.") from None


class _Handler(ContentHandler):
    def __init__(self, take: Callable[[Node], None], lines_before: int = 0) -> None:
        super().__init__()
        self.root: str | None = None
        self.taken = 0
        self.line_number: Callable[[], int | None] = lambda: 1
        self._take = take
        self._before = lines_before
        self._depth = 0
        self._open: list[Node] = []
        self._count = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 -- SAX names it
        self._depth += 1
        self.root = self.root or name
        if not self._open and (name != "question" or self._depth != 2):
            return
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > _MOST_NODES:
            raise TooLarge("too_complex", "A question has too many elements, or they are nested too deeply.")
        node = Node(name, dict(attrs.items()), self._before + (self.line_number() or 1))
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def endElement(self, _name: str) -> None:  # noqa: N802 -- SAX names it
        self._depth -= 1
        if not self._open:
            return
        node = self._open.pop()
        if not self._open:
            self._count = 0
            self.taken += 1
            self._take(node)

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].pieces.append(content)


def _line_of(error: SAXParseException) -> int:
    return int(error.getLineNumber() or 1)
