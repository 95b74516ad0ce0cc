"""The parts that all questions of Moodle have, and the files that come inside of them."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from html import escape
from urllib.parse import quote

from banyan.formats.gathering import Gathering
from banyan.formats.model import Faulty, TooLarge
from banyan.formats.moodle_xml.tree import Node
from banyan.formats.numbers import read_number, read_percent
from banyan.formats.prose import BREAK, ProseFormat, read_prose, shortened, title_of
from banyan.questions import Body, Question

__all__ = ["Files", "Source"]

_FORMATS: dict[str, ProseFormat] = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "plain": "plain",
    "markdown": "markdown",
}
_PLACE = "@@PLUGINFILE@@"
_QUERY = re.compile(r"(@@[A-Za-z0-9._-]{1,120}@@)\?[^\s\"'<>)]{0,200}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_FILES = 2_000
_MOST_OF_A_TEXT = 100
_LONGEST_TEXT = 250_000
_MOST_HINTS = 10
_MOST_TAGS = 30
_LONGEST_TAG = 60
_STANDARD = re.compile(r"your answer is (?:partially |in)?correct\.?", re.IGNORECASE)


class Files:
    """All files of a quiz, each under a name of its own that is safe in an address."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def add(self, name: str, content: bytes) -> str:
        """Keep a file; the same content by the same name is one file."""
        stem, dot, ending = _UNSAFE.sub("-", name).strip("-.").rpartition(".")
        stem, ending = (stem[:80] or "file", dot + ending[:12]) if dot else (ending[:80] or "file", "")
        wanted, number = stem + ending, 1
        while self.contents.get(wanted, content) != content:
            number += 1
            wanted = f"{stem}-{number}{ending}"
        if len(self.contents) >= _MOST_FILES:
            raise TooLarge("too_many_files", f"A file of questions may bring {_MOST_FILES} files.")
        self.contents[wanted] = content
        return wanted


class Source:
    """One question as it came, with what reading it needs."""

    def __init__(self, node: Node, files: Files, gathering: Gathering, category: list[str]) -> None:
        self.node = node
        self.files = files
        self.gathering = gathering
        self.category = category
        self.title = " ".join(node.value("name").split())
        question_text = node.first("questiontext")
        if question_text:
            _adopt_picture(node, question_text)
        named = question_text.attributes.get("format", "html") if question_text else "html"
        self.default: ProseFormat = _FORMATS.get(named, "html")
        self.lost: set[str] = set()

    def warn(self, code: str, detail: str, node: Node | None = None) -> None:
        """Something about this question that the author should look at."""
        self.gathering.warn((node or self.node).line, code, detail, self.title)

    def prose(self, node: Node | None) -> str:
        """The text of an element as Markdown."""
        if node is None:
            return ""
        return self.markdown(self.raw(node), self.format_of(node))

    def format_of(self, node: Node) -> ProseFormat:
        """What an element's text is written in."""
        return _FORMATS.get(node.attributes.get("format", ""), self.default)

    def markdown(self, raw: str, written_in: ProseFormat) -> str:
        """A text as Markdown."""
        if written_in in {"moodle", "plain"}:
            raw = raw.replace("\n", BREAK)
        text, lost = read_prose(raw, written_in)
        self.lost |= lost
        return text

    def raw(self, node: Node) -> str:
        """The text of an element as it is written, with its files by their names here."""
        text = node.words
        if len(text) > _LONGEST_TEXT:
            raise Faulty("too_long", "A text of the question is too long.", node.line)
        names = self._names(node)
        for path in sorted(names, key=len, reverse=True)[:_MOST_OF_A_TEXT]:
            for written in dict.fromkeys((path, quote(path), escape(path))):
                text = text.replace(_PLACE + written, f"@@{names[path]}@@")
        if _PLACE in text:
            self.warn("missing_file", "A text names a file that is not in here.", node)
        return _QUERY.sub(r"\1", text)

    def _names(self, node: Node) -> dict[str, str]:
        names = {}
        for file in node.all("file"):
            name = file.attributes.get("name", "").strip()
            path = "/" + "/".join(filter(None, [*file.attributes.get("path", "/").split("/"), name]))
            try:
                content = b64decode("".join(file.text.split()), validate=True)
            except (NotBase64, ValueError):
                self.warn("damaged_file", f"The file “{name[:80]}” is damaged; it was left out.", file)
                continue
            names[path] = self.files.add(name, content)
        return names

    def number(self, name: str, default: float) -> float:
        """A number; the default where there is none, or what stands there is none."""
        value = self.node.value(name)
        try:
            return read_number(value) if value else default
        except Faulty as faulty:
            self.warn("not_a_number", f"{name}: {faulty.detail}")
            return default

    def number_within(self, name: str, default: float, most: float) -> float:
        """A number that is neither negative nor more than `most`."""
        found = self.number(name, default)
        within = max(0.0, min(most, found))
        if within != found:
            self.warn(
                "out_of_range", f"{name} may be from 0 to {most:g}; it was made {within:g}.", self.node.first(name)
            )
        return within

    def count(self, name: str, default: int = 0) -> int:
        """A whole number that is not negative, but for Moodle's -1."""
        return int(max(-1.0, min(100_000.0, self.number(name, default))))

    def weight(self, answer: Node) -> float:
        """What an answer is worth."""
        written = answer.attributes.get("fraction", "") or "0"
        return read_percent(written)

    def question(self, body: Body) -> Question:
        """The whole question."""
        self._look_at_combined_feedback()
        if self.lost:
            names = ", ".join(sorted(self.lost))
            self.warn("removed_html", f"Left out, as it could do harm: {names}.")
        return Question(
            title=shortened(self.title, 255) or title_of(body.text),
            body=body,
            points=self.number_within("defaultgrade", 1.0, 1000.0),
            penalty=self.number_within("penalty", 0.0, 1.0),
            tags=self._tags(),
            category=self.category,
            code=self.node.value("idnumber"),
        )

    def hints(self) -> list[str]:
        """The hints that say something."""
        found = [self.prose(hint.first("hintcontent") or hint) for hint in self.node.all("hint")]
        told = [hint for hint in found if hint]
        if len(told) > _MOST_HINTS:
            self.warn("too_many_hints", f"Only the first {_MOST_HINTS} hints were taken.")
        return told[:_MOST_HINTS]

    def _tags(self) -> list[str]:
        found = [" ".join(tag.words.split()) for tags in self.node.all("tags") for tag in tags.all("tag")]
        tags = list(dict.fromkeys(shortened(tag, _LONGEST_TAG) for tag in found if tag))
        if len(tags) > _MOST_TAGS:
            self.warn("too_many_tags", f"Only the first {_MOST_TAGS} tags were taken.")
        return tags[:_MOST_TAGS]

    def _look_at_combined_feedback(self) -> None:
        lost = []
        for name in ("correct", "partiallycorrect", "incorrect"):
            node = self.node.first(f"{name}feedback")
            told = title_of(node.words) if node else ""
            if told and not _STANDARD.fullmatch(told):
                lost.append(name.replace("partiallycorrect", "partially correct"))
        if lost:
            detail = f"What everyone is told whose answer is {' or '.join(lost)} has no place here."
            self.warn("combined_feedback", detail)


def _adopt_picture(node: Node, question_text: Node) -> None:
    """Put the one picture that a question of Moodle 1 has beside its text behind it, as today's are in theirs."""
    name, content = node.value("image").replace("/", "_"), node.value("image_base64")
    if not (name and content):
        return
    picture = Node("file", {"name": name, "path": "/", "encoding": "base64"}, node.line)
    picture.pieces.append(content)
    question_text.children.append(picture)
    text = question_text.first("text") or question_text
    text.pieces.append(f' <img src="{_PLACE}/{quote(name)}">')
