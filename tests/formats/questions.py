"""Questions made up for files: of every kind, with everything that a question can have."""

from typing import Any

import msgspec
from hypothesis import strategies as st

from banyan.questions import (
    Body,
    Choice,
    Cloze,
    Essay,
    FileUpload,
    MultipleChoice,
    Question,
    RubricLine,
    ShortAnswer,
    SingleChoice,
)
from tests.questions.bodies import bodies

__all__ = ["plain_questions", "questions"]

_SIGNS = "ab \n\t\r\\~=#{}:%[]*_`<>&$-|@'\",;é→\u2028\ufffe1.(/"
_texts = st.text(_SIGNS, max_size=14) | st.sampled_from(
    [
        "{1:SA:=x}",
        "[[1]] and [[p0]]",
        "a->b",
        "[html]<b>x</b>",
        "####",
        "//x",
        "::x::",
        "\n\n$CATEGORY: x\n\n",
        "]]>",
        "<!--",
        "@@x.png@@",
        "@@PLUGINFILE@@/a.png",
        "ANSWER: A",
        "A) b",
        "=1+1",
        "'=1",
        r"\(x\)",
        "%50%x",
        "T",
        "FALSE",
        "*",
        r"\*",
        "..",
        "مرحبا {=كلمة ~#} بالعالم",
        "\u05e9\u05dc\u05d5\u05dd\u200f: #1",
        "\u202ea}b\u202c",
        "👩🏽\u200d🚀 = ~🌍",
        "e\u0301 \u00e9 \u00a0",
        '<p dir="rtl" onclick="x">a &lt; b &amp;amp; c</p>',
        "<table><tr><td>{1:MC:=a~b}</td></tr></table>",
        "```\n{=x}\n```",
        "a\r\nb\rc",
    ]
)
_lines = st.text("abc é/\\]", min_size=1, max_size=8)


def _garnished(body: Body, feedback: str, hints: list[str]) -> Body:
    """The body with everything that strategies for grading have no use for."""
    changes: dict[str, Any] = {"feedback": feedback, "hints": hints}
    match body:
        case SingleChoice() | MultipleChoice():
            parts = [msgspec.structs.replace(part, feedback=feedback) for part in body.choices]
            parts[0] = msgspec.structs.replace(parts[0], weight=1.0)
            changes |= {"choices": parts, "shuffle": len(hints) != 1}
        case ShortAnswer():
            changes["answers"] = [msgspec.structs.replace(part, feedback=feedback) for part in body.answers]
        case Essay():
            rubric = [RubricLine("r1", "a", 0.5), RubricLine("r2", "b", 0.5)] if hints else []
            changes |= {"for_graders": feedback, "template": feedback, "least_words": 3, "rubric": rubric}
        case FileUpload():
            changes |= {"endings": ["pdf", "odt"][: len(hints)], "for_graders": feedback}
        case Cloze():
            places = " ".join(f"[[{gap.id}]]" for gap in body.gaps)
            changes["text"] = f"{body.text} {places}"
        case _:
            pass
    return msgspec.structs.replace(body, **changes)


_garnished_bodies = st.builds(_garnished, bodies, _texts, st.lists(_texts, max_size=2))
questions: st.SearchStrategy[Question] = st.builds(
    Question,
    title=_texts,
    body=_garnished_bodies | st.builds(msgspec.structs.replace, _garnished_bodies, text=_texts),
    points=st.floats(0, 1000),
    penalty=st.floats(0, 1),
    difficulty=st.sampled_from([None, "easy", "medium", "hard"]),
    tags=st.lists(_lines, max_size=3),
    category=st.lists(_lines, max_size=3),
    code=_texts,
)


def _plain(text: str, choices: list[str], right: int) -> Question:
    """A question that even Aiken can hold."""
    parts = [Choice(str(index), choice, float(index == right)) for index, choice in enumerate(choices, 1)]
    return Question(text, SingleChoice(text, choices=parts))


_sentences = st.lists(
    st.sampled_from(["What", "is", "the", "name", "of", "a", "river", "lake"]), min_size=1, max_size=8
).map(" ".join)
plain_questions: st.SearchStrategy[Question] = st.builds(
    _plain, _sentences, st.lists(_sentences, min_size=2, max_size=2), st.sampled_from([1, 2])
)
