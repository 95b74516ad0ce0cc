"""Texts with gaps: Moodle's cloze, its missing words, and its words to be dragged into a text."""

import re
from collections.abc import Iterator

from banyan.formats.cloze import find_gaps, read_gap
from banyan.formats.model import Faulty
from banyan.formats.moodle_xml.source import Source
from banyan.formats.prose import ProseFormat
from banyan.questions import Choice, Cloze, Gap, SingleChoice

__all__ = ["read_cloze", "read_words"]

_PLACE = "\udc80"
"""Stands for a gap while a text becomes Markdown. No decoded text holds it."""

_WORD = re.compile(r"\[\[([0-9]{1,3})\]\]")


def read_cloze(source: Source, feedback: str, hints: list[str]) -> Cloze:
    """A text with embedded answers.

    Raises:
        Faulty: there is none, or one cannot be read.
    """
    node = source.node.first("questiontext")
    raw, written_in = (source.raw(node), source.format_of(node)) if node else ("", source.default)
    gaps: list[Gap] = []
    pieces = []
    position = 0
    for found in find_gaps(raw):
        gaps.append(read_gap(found, str(len(gaps) + 1), lambda text: source.markdown(text, written_in)))
        pieces.append(raw[position : found.start])
        position = found.end
    if not gaps:
        raise Faulty("no_gap", "There is no embedded answer such as {1:SHORTANSWER:=right}.")
    text = _PLACE.join([*pieces, raw[position:]])
    return Cloze(_with_places(source, text, written_in, iter(gaps)), feedback, hints, gaps=gaps)


def read_words(source: Source, option: str, feedback: str, hints: list[str]) -> Cloze:
    """A text with numbered gaps, for each of which a word is chosen from its group.

    Raises:
        Faulty: a gap has no word, or nothing to choose from.
    """
    words = [(source.prose(node), node.value("group", "1")) for node in source.node.all(option)]
    node = source.node.first("questiontext")
    raw, written_in = (source.raw(node), source.format_of(node)) if node else ("", source.default)
    shuffle = source.node.says("shuffleanswers", default=False)
    gaps: list[Gap] = []
    for found in _WORD.finditer(raw):
        number = int(found[1])
        if not 1 <= number <= len(words):
            raise Faulty("no_word", f"There is no word for the gap [[{number}]].")
        group = words[number - 1][1]
        choices = [
            Choice(str(index), text, float(index == number))
            for index, (text, its_group) in enumerate(words, 1)
            if its_group == group
        ]
        if len(choices) < 2:
            raise Faulty("too_few_choices", f"There is nothing to choose from for the gap [[{number}]].")
        gaps.append(Gap(str(len(gaps) + 1), SingleChoice("", choices=choices, shuffle=shuffle)))
    if not gaps:
        raise Faulty("no_gap", "There is no gap such as [[1]].")
    text = _WORD.sub(_PLACE, raw)
    return Cloze(_with_places(source, text, written_in, iter(gaps)), feedback, hints, gaps=gaps)


def _with_places(source: Source, text: str, written_in: ProseFormat, gaps: Iterator[Gap]) -> str:
    count = text.count(_PLACE)
    markdown = source.markdown(text, written_in)
    if markdown.count(_PLACE) != count:
        raise Faulty("lost_gap", "A gap stands where no text is shown.")
    return re.sub(_PLACE, lambda _: f"[[{next(gaps).id}]]", markdown)
