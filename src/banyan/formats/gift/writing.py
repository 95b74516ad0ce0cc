"""Questions as GIFT that Moodle reads. What GIFT has no place for stands in a comment above."""

from collections.abc import Sequence

from banyan.formats.categories import written_category
from banyan.formats.gift.escapes import escape
from banyan.formats.gift.reading import PARTICULARS, read_text
from banyan.formats.model import Written
from banyan.formats.numbers import percent_of, written_number
from banyan.formats.particulars import written_particulars
from banyan.formats.verified import Unwritten, missing_particulars
from banyan.questions import (
    Choice,
    Essay,
    ImportProblem,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Pattern,
    Question,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
)

__all__ = ["write"]


def write(questions: Sequence[Question]) -> Written:
    """A file, and which questions it cannot hold."""
    pieces: list[str] = []
    problems: list[ImportProblem] = []
    category: list[str] = []
    for number, question in enumerate(questions, 1):
        try:
            piece = _piece(question)
        except Unwritten as unwritten:
            problems.append(unwritten.problem(number, question))
            continue
        if question.category != category:
            category = question.category
            pieces.append(_category(category))
        pieces.append(piece)
    return Written("\n\n".join(pieces).encode() + b"\n", problems)


def _category(names: list[str]) -> str:
    return f"$CATEGORY: {escape(written_category(names))}"


def _piece(question: Question) -> str:
    text = f"{_comments(question)}::{escape(question.title)}::{_prose(question.body.text)}"
    text = f"{text}{{{_answers(question)}}}"
    missing = missing_particulars(question, f"{_category(question.category)}\n\n{text}", read_text)
    return f"// {PARTICULARS} {written_particulars(missing)}\n{text}" if missing else text


def _comments(question: Question) -> str:
    marks = [f"[id:{_bracketed(question.code)}]"] if question.code else []
    marks += [f"[tag:{_bracketed(tag)}]" for tag in question.tags]
    return f"// {' '.join(marks)}\n" if marks else ""


def _bracketed(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("]", "\\]")
    return " ".join(escaped.splitlines())


def _prose(text: str) -> str:
    return f"[markdown]{escape(text)}"


def _part(text: str) -> str:
    """A text that is in the question's own format unless it begins as if it named another."""
    return _prose(text) if text.startswith("[") else escape(text)


def _remark(feedback: str) -> str:
    return f"#{_part(feedback)}" if feedback else ""


def _answers(question: Question) -> str:
    body = question.body
    match body:
        case SingleChoice() | MultipleChoice():
            lines = [_choice(choice, single=isinstance(body, SingleChoice)) for choice in body.choices]
        case TrueFalse():
            return _true_false(body) + _general(body.feedback)
        case ShortAnswer():
            lines = [_pattern(pattern) for pattern in body.answers]
        case Numerical():
            lines = [_number(answer) for answer in body.answers]
        case Matching():
            lines = [f"={_armless(_part(pair.prompt))} -> {_part(pair.match)}" for pair in body.pairs]
            lines += [f"= -> {_part(text)}" for text in body.distractors]
        case Essay():
            return _general(body.feedback)
        case _:
            raise Unwritten("GIFT has no such questions.")
    start = "#\n" if isinstance(body, Numerical) else "\n"
    general = f"\t{_general(body.feedback)}\n" if body.feedback else ""
    return start + "".join(f"\t{line}\n" for line in lines) + general


def _choice(choice: Choice, *, single: bool) -> str:
    share = f"~%{percent_of(choice.weight)}%" if choice.weight else "~"
    sign = "=" if single and choice.weight == 1 else share
    text = _prose(choice.text) if choice.text.startswith(("%", "[")) else escape(choice.text)
    return f"{sign}{text}{_remark(choice.feedback)}"


def _pattern(pattern: Pattern) -> str:
    return f"=%{percent_of(pattern.weight)}%{_part(pattern.text)}{_armless(_remark(pattern.feedback))}"


def _armless(text: str) -> str:
    """Markdown that shows an arrow without being GIFT's sign for what matches."""
    return text.replace("->", "-&gt;")


def _true_false(body: TrueFalse) -> str:
    right, wrong = body.feedback_true, body.feedback_false
    if not body.answer:
        right, wrong = wrong, right
    remarks = f"#{_part(wrong)}" if wrong or right else ""
    if right:
        remarks += f"#{_part(right)}"
    return ("TRUE" if body.answer else "FALSE") + remarks


def _number(answer: NumericalAnswer) -> str:
    value = "*" if answer.value is None else f"{written_number(answer.value)}:{written_number(answer.tolerance)}"
    return f"=%{percent_of(answer.weight)}%{value}{_remark(answer.feedback)}"


def _general(feedback: str) -> str:
    return f"####{_part(feedback)}" if feedback else ""
