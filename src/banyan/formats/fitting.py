"""Questions that a bank takes, and those that it does not: the rest of a file comes in without them."""

from typing import TypeVar

import msgspec

from banyan.questions import (
    Body,
    Cloze,
    Essay,
    FileUpload,
    ImportProblem,
    Matching,
    MultipleChoice,
    Numerical,
    Ordering,
    Question,
    Reading,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    faults,
)

__all__ = ["fitting", "numbered"]

T = TypeVar("T", bound=msgspec.Struct)


def fitting(reading: Reading) -> Reading:
    """What was read, without questions that nobody could answer; each of those is a problem."""
    questions: list[tuple[int, Question]] = []
    problems = list(reading.problems)
    for line, question in reading.questions:
        wrong = faults(question)
        if not wrong:
            questions.append((line, question))
            continue
        detail = " ".join(dict.fromkeys(fault.detail for fault in wrong))
        problems.append(ImportProblem(line, "error", "unfit_question", detail[:400], question.title[:80]))
    problems.sort(key=lambda problem: problem.line)
    return Reading(questions, problems, reading.files)


def numbered(question: Question) -> Question:
    """A question whose parts have the ids that reading would give them: whoever reads it gives them new ones anyway."""
    return msgspec.structs.replace(question, body=_numbered(question.body))


def _numbered(body: Body) -> Body:  # noqa: PLR0911 -- a table, one line a kind
    match body:
        case SingleChoice() | MultipleChoice():
            return msgspec.structs.replace(body, choices=_in_order(body.choices))
        case Numerical() | ShortAnswer():
            return msgspec.structs.replace(body, answers=_in_order(body.answers))
        case Matching():
            return msgspec.structs.replace(body, pairs=_in_order(body.pairs))
        case Ordering():
            return msgspec.structs.replace(body, items=_in_order(body.items))
        case Cloze():
            gaps = [msgspec.structs.replace(gap, question=_numbered(gap.question)) for gap in body.gaps]
            return msgspec.structs.replace(body, gaps=gaps)
        case Essay() | FileUpload():
            return msgspec.structs.replace(body, rubric=_in_order(body.rubric))
        case TrueFalse():
            return body


def _in_order(parts: list[T]) -> list[T]:
    return [msgspec.structs.replace(part, id=str(number)) for number, part in enumerate(parts, 1)]
