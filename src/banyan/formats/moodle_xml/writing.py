"""Questions as Moodle XML. What Moodle has no place for stands in an element that it passes over."""

from collections.abc import Mapping, Sequence

from banyan.formats.categories import written_category
from banyan.formats.cloze import written_cloze
from banyan.formats.gathering import Gathering
from banyan.formats.model import Unreadable, Written
from banyan.formats.moodle_xml.elements import Texts, element, flag, words
from banyan.formats.moodle_xml.reading import PARTICULARS, read_text
from banyan.formats.numbers import percent_of, written_number
from banyan.formats.particulars import written_particulars
from banyan.formats.verified import Unwritten, missing_particulars
from banyan.questions import (
    Choice,
    Cloze,
    Essay,
    FileUpload,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Ordering,
    Question,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
)

__all__ = ["write"]

_START = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
_END = "</quiz>\n"
_SCORING = {
    "positions": "ABSOLUTE_POSITION",
    "neighbours": "RELATIVE_NEXT_EXCLUDE_LAST",
    "all_or_nothing": "ALL_OR_NOTHING",
}


def write(questions: Sequence[Question], files: Mapping[str, bytes] | None = None) -> Written:
    """A file, with those files within that a text names as `@@name@@`; and which questions it cannot hold."""
    texts = Texts(files or {})
    pieces = []
    problems = []
    category: list[str] = []
    for number, question in enumerate(questions, 1):
        try:
            piece = _piece(question, texts)
        except Unwritten as unwritten:
            problems.append(unwritten.problem(number, question))
            continue
        if question.category != category:
            category = question.category
            pieces.append(_category(category))
        pieces.append(piece)
    return Written((_START + "".join(pieces) + _END).encode(), problems)


def _piece(question: Question, texts: Texts) -> str:
    kind, parts = _body(question, texts)
    inner = _head(question, texts) + parts
    whole = element("question", inner, type=kind)
    try:
        missing = missing_particulars(question, f"<quiz>{_category(question.category)}{whole}</quiz>", _read)
    except Unreadable as refused:
        raise Unwritten(refused.detail) from None
    if not missing:
        return whole
    return element("question", inner + element(PARTICULARS, words(written_particulars(missing))), type=kind)


def _read(text: str, gathering: Gathering) -> None:
    read_text(text, gathering)


def _category(names: list[str]) -> str:
    inner = element("category", element("text", words(written_category(names))))
    return element("question", inner, type="category")


def _head(question: Question, texts: Texts) -> str:
    body = question.body
    asked = written_cloze(body) if isinstance(body, Cloze) else body.text
    parts = [
        element("name", element("text", words(question.title))),
        texts.prose("questiontext", asked),
        texts.prose("generalfeedback", body.feedback),
        element("defaultgrade", written_number(question.points)),
        element("penalty", written_number(question.penalty)),
        element("hidden", "0"),
        element("idnumber", words(question.code)),
        *(texts.prose("hint", hint) for hint in body.hints),
    ]
    if question.tags:
        tags = "".join(element("tag", element("text", words(tag))) for tag in question.tags)
        parts.append(element("tags", tags))
    return "".join(parts)


def _body(question: Question, texts: Texts) -> tuple[str, str]:  # noqa: PLR0911 -- a table, one line a kind
    body = question.body
    match body:
        case SingleChoice() | MultipleChoice():
            single = flag("single", isinstance(body, SingleChoice))
            return "multichoice", single + flag("shuffleanswers", body.shuffle) + _choices(body.choices, texts)
        case TrueFalse():
            return "truefalse", _true_false(body, texts)
        case Numerical():
            return "numerical", _numerical(body, texts)
        case ShortAnswer():
            answers = [
                texts.answer(answer.text, percent_of(answer.weight), answer.feedback, prose=False)
                for answer in body.answers
            ]
            return "shortanswer", element("usecase", str(int(body.case_sensitive))) + "".join(answers)
        case Matching():
            parts = [texts.pair(pair.prompt, pair.match) for pair in body.pairs]
            parts += [texts.pair("", text) for text in body.distractors]
            return "matching", flag("shuffleanswers", body.shuffle) + "".join(parts)
        case Ordering():
            return "ordering", _ordering(body, texts)
        case Cloze():
            return "cloze", ""
        case Essay():
            return "essay", _essay(body, texts)
        case FileUpload():
            return "essay", _upload(body, texts)


def _choices(choices: list[Choice], texts: Texts) -> str:
    return "".join(texts.answer(one.text, percent_of(one.weight), one.feedback) for one in choices)


def _true_false(body: TrueFalse, texts: Texts) -> str:
    said = (("true", body.answer, body.feedback_true), ("false", not body.answer, body.feedback_false))
    return "".join(texts.answer(text, "100" if right else "0", feedback, prose=False) for text, right, feedback in said)


def _numerical(body: Numerical, texts: Texts) -> str:
    units = "".join(
        element("unit", element("multiplier", written_number(unit.factor)) + element("unit_name", words(unit.name)))
        for unit in body.units
    )
    return "".join(
        [
            *(_number(answer, texts) for answer in body.answers),
            element("units", units) if units else "",
            element("unitgradingtype", str(int(body.unit_required))),
            element("unitpenalty", "1.0"),
            element("showunits", "0" if body.units else "3"),
            element("unitsleft", "0"),
        ]
    )


def _number(answer: NumericalAnswer, texts: Texts) -> str:
    value = "*" if answer.value is None else written_number(answer.value)
    tolerance = element("tolerance", written_number(answer.tolerance))
    return texts.answer(value, percent_of(answer.weight), answer.feedback, tolerance, prose=False)


def _ordering(body: Ordering, texts: Texts) -> str:
    settings = {
        "layouttype": "VERTICAL",
        "selecttype": "ALL",
        "selectcount": "0",
        "gradingtype": _SCORING[body.scoring],
    }
    head = "".join(element(name, value) for name, value in settings.items())
    items = [texts.answer(item.text, str(place), item.feedback) for place, item in enumerate(body.items, 1)]
    return head + "".join(items)


def _essay(body: Essay, texts: Texts) -> str:
    limits = element("minwordlimit", str(body.least_words)) if body.least_words else ""
    limits += element("maxwordlimit", str(body.most_words)) if body.most_words else ""
    return "".join(
        [
            element("responseformat", "editor"),
            element("responserequired", "1"),
            limits,
            element("attachments", str(body.files)),
            element("attachmentsrequired", "0"),
            texts.prose("graderinfo", body.for_graders),
            texts.prose("responsetemplate", body.template),
        ]
    )


def _upload(body: FileUpload, texts: Texts) -> str:
    return "".join(
        [
            element("responseformat", "noinline"),
            element("responserequired", "0"),
            element("attachments", str(body.most_files)),
            element("attachmentsrequired", "1"),
            element("filetypeslist", words(",".join(f".{ending}" for ending in body.endings))),
            texts.prose("graderinfo", body.for_graders),
        ]
    )
