"""Moodle's kinds of questions as Banyan's."""

from collections.abc import Callable

from banyan.formats.model import Faulty
from banyan.formats.moodle_xml.gaps import read_cloze, read_words
from banyan.formats.moodle_xml.source import Source
from banyan.formats.moodle_xml.tree import Node
from banyan.formats.numbers import read_number
from banyan.questions import (
    Body,
    Choice,
    Essay,
    FileUpload,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Ordering,
    Pair,
    Pattern,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    Unit,
)

__all__ = ["KINDS"]

_MOST_FILES = 10


def _choices(source: Source) -> list[Choice]:
    choices = [
        Choice(str(index), source.prose(answer), source.weight(answer), source.prose(answer.first("feedback")))
        for index, answer in enumerate(source.node.all("answer"), 1)
    ]
    if len(choices) < 2:
        raise Faulty("too_few_choices", "There must be two choices or more.")
    return choices


def _common(source: Source) -> tuple[str, str, list[str]]:
    node = source.node
    return source.prose(node.first("questiontext")), source.prose(node.first("generalfeedback")), source.hints()


def _multichoice(source: Source) -> Body:
    kind = SingleChoice if source.node.says("single", default=True) else MultipleChoice
    shuffle = source.node.says("shuffleanswers", default=False)
    return kind(*_common(source), choices=_choices(source), shuffle=shuffle)


def _choice_set(source: Source) -> Body:
    """The plugin “all or nothing”: exactly the right ones earn the points."""
    shuffle = source.node.says("shuffleanswers", default=False)
    return MultipleChoice(*_common(source), choices=_choices(source), shuffle=shuffle, scoring="all_or_nothing")


def _true_false(source: Source) -> Body:
    answers = list(source.node.all("answer"))[:2]
    if not answers:
        raise Faulty("no_answer", "There is no answer.")
    named = {answer.words.casefold(): answer for answer in answers}
    if not named.keys() <= {"true", "false"}:  # old files have the words of a language here, true first
        named = dict(zip(("true", "false"), answers, strict=False))
    right, wrong = named.get("true"), named.get("false")
    answer = source.weight(right) == 1 if right else source.weight(answers[0]) != 1
    said = [source.prose(one.first("feedback") if one else None) for one in (right, wrong)]
    return TrueFalse(*_common(source), answer=answer, feedback_true=said[0], feedback_false=said[1])


def _short(source: Source) -> Body:
    patterns = [
        Pattern(str(index), answer.words, source.weight(answer), source.prose(answer.first("feedback")))
        for index, answer in enumerate(source.node.all("answer"), 1)
    ]
    if not patterns:
        raise Faulty("no_answer", "There is no answer.")
    return ShortAnswer(*_common(source), answers=patterns, case_sensitive=source.node.says("usecase", default=False))


def _numerical(source: Source) -> Body:
    answers = [_number(source, answer, index) for index, answer in enumerate(source.node.all("answer"), 1)]
    if not answers:
        raise Faulty("no_answer", "There is no answer.")
    units: dict[str, Unit] = {}
    for node in (unit for units in source.node.all("units") for unit in units.all("unit")):
        name, factor = node.value("unit_name"), read_number(node.value("multiplier", "1"))
        if name and factor > 0:
            units.setdefault(name, Unit(name, factor))
    required = bool(units) and source.count("unitgradingtype") > 0
    if required and source.number("unitpenalty", 1.0) < 1:
        source.warn("unit_penalty", "A wrong unit costs only a part of the points in Moodle; here it costs all.")
    return Numerical(*_common(source), answers=answers, units=list(units.values()), unit_required=required)


def _number(source: Source, answer: Node, index: int) -> NumericalAnswer:
    written = answer.words
    value = None if written in {"*", ""} else read_number(written)
    tolerance = abs(read_number(answer.value("tolerance") or "0")) if value is not None else 0.0
    feedback = source.prose(answer.first("feedback"))
    return NumericalAnswer(str(index), value, tolerance, source.weight(answer), feedback)


def _matching(source: Source) -> Body:
    pairs: list[Pair] = []
    distractors = []
    for part in source.node.all("subquestion"):
        prompt, match = source.prose(part), part.value("answer")
        if prompt:
            pairs.append(Pair(str(len(pairs) + 1), prompt, match))
        elif match:
            distractors.append(match)
    if len(pairs) < 2:
        raise Faulty("too_few_pairs", "There must be two pairs or more.")
    shuffle = source.node.says("shuffleanswers", default=True)
    return Matching(*_common(source), pairs=pairs, distractors=distractors, shuffle=shuffle)


def _essay(source: Source) -> Body:
    node = source.node
    text, feedback, hints = _common(source)
    attachments = source.count("attachments")
    files = min(attachments if attachments >= 0 else _MOST_FILES, _MOST_FILES)
    for_graders = source.prose(node.first("graderinfo"))
    if node.value("responseformat") == "noinline":
        return FileUpload(
            text, feedback, hints, most_files=max(1, files), endings=_endings(source), for_graders=for_graders
        )
    most = source.count("maxwordlimit")
    return Essay(
        text,
        feedback,
        hints,
        least_words=max(0, source.count("minwordlimit")),
        most_words=most if most > 0 else None,
        files=files,
        template=source.prose(node.first("responsetemplate")),
        for_graders=for_graders,
    )


def _endings(source: Source) -> list[str]:
    """Endings of names; Moodle's groups, such as `document`, are none."""
    listed = source.node.value("filetypeslist").replace(";", ",").replace(" ", ",").split(",")
    endings = [name.strip().removeprefix("*").removeprefix(".").lower() for name in listed if "." in name]
    if any(name.strip() and "." not in name for name in listed):
        source.warn("file_types", "Groups of file types have no place here; endings do.")
        return []
    return list(dict.fromkeys(ending for ending in endings if ending))[:20]


def _ordering(source: Source) -> Body:
    answers = list(source.node.all("answer"))
    places = [read_number(answer.attributes.get("fraction", "0") or "0") for answer in answers]
    if len(set(places)) == len(places):
        answers = [answer for _, answer in sorted(zip(places, answers, strict=True), key=lambda pair: pair[0])]
    items = [
        Choice(str(index), source.prose(answer), 0.0, source.prose(answer.first("feedback")))
        for index, answer in enumerate(answers, 1)
    ]
    if len(items) < 2:
        raise Faulty("too_few_items", "There must be two things to order or more.")
    text, feedback, hints = _common(source)
    graded = source.node.value("gradingtype", "ABSOLUTE_POSITION").upper()
    match graded:
        case "ALL_OR_NOTHING" | "-1":
            return Ordering(text, feedback, hints, items=items, scoring="all_or_nothing")
        case "RELATIVE_NEXT_EXCLUDE_LAST" | "1":
            return Ordering(text, feedback, hints, items=items, scoring="neighbours")
        case "ABSOLUTE_POSITION" | "0":
            return Ordering(text, feedback, hints, items=items)
    source.warn("other_scoring", "Moodle grades this order in its own way; here each thing in its place counts.")
    return Ordering(text, feedback, hints, items=items)


KINDS: dict[str, Callable[[Source], Body]] = {
    "cloze": lambda source: read_cloze(source, *_common(source)[1:]),
    "ddwtos": lambda source: read_words(source, "dragbox", *_common(source)[1:]),
    "essay": _essay,
    "gapselect": lambda source: read_words(source, "selectoption", *_common(source)[1:]),
    "match": _matching,
    "matching": _matching,
    "multianswer": lambda source: read_cloze(source, *_common(source)[1:]),
    "multichoice": _multichoice,
    "multichoiceset": _choice_set,
    "numerical": _numerical,
    "ordering": _ordering,
    "shortanswer": _short,
    "truefalse": _true_false,
}
