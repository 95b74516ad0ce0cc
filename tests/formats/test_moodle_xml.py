"""Moodle XML: every kind, files within, and files that are broken or mean harm."""

from base64 import b64encode
from typing import Any

import pytest

from banyan.formats import TooLarge, Unreadable, detect, moodle_xml
from banyan.formats.model import MOST_PROBLEMS
from banyan.questions import (
    Choice,
    Cloze,
    Essay,
    FileUpload,
    Gap,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Ordering,
    Pair,
    Pattern,
    Question,
    Reading,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    Unit,
)

_PNG = b"\x89PNG picture"


def _read(*questions: str) -> Reading:
    inner = "\n".join(questions)
    return moodle_xml.read(f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{inner}\n</quiz>'.encode())


def _asked(kind: str, text: str, more: str) -> str:
    return (
        f'<question type="{kind}"><name><text>Name</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{more}</question>'
    )


def _one(kind: str, text: str, more: str) -> Question:
    reading = _read(_asked(kind, text, more))
    assert reading.problems == []
    [(_, question)] = reading.questions
    return question


def _answer(fraction: str, text: str, feedback: str = "", more: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text>{text}</text>'
        f'<feedback format="html"><text>{feedback}</text></feedback>{more}</answer>'
    )


def test_what_all_questions_have() -> None:
    category = '<question type="category"><category><text>$course$/top/Geo/Rivers</text></category></question>'
    more = (
        "<generalfeedback><text>&lt;p&gt;Look at a map.&lt;/p&gt;</text></generalfeedback>"
        "<defaultgrade>2.5</defaultgrade><penalty>0.3333333</penalty><idnumber>R-7</idnumber><tags><tag><text>water</text></tag></tags>"
        '<hint format="html"><text>Think</text></hint><hint><text></text></hint>' + _answer("100", "Nile")
    )
    reading = _read(category, _asked("shortanswer", "<p>Longest <b>river</b>?</p>", more))
    [(line, question)] = reading.questions
    assert (line, reading.problems) == (4, [])
    assert question == Question(
        "Name",
        ShortAnswer("Longest **river**?", "Look at a map.", ["Think"], answers=[Pattern("1", "Nile")]),
        points=2.5,
        penalty=0.3333333,
        tags=["water"],
        category=["Geo", "Rivers"],
        code="R-7",
    )


def test_choices() -> None:
    answers = _answer("100", "Nile", "Yes") + _answer("-33.33333", "Rome &amp;amp; co")
    single = "<single>true</single><shuffleanswers>0</shuffleanswers>" + answers
    several = "<single>false</single><shuffleanswers>true</shuffleanswers>" + answers
    choices = [Choice("1", "Nile", 1.0, "Yes"), Choice("2", "Rome & co", -1 / 3)]
    assert _one("multichoice", "Q", single).body == SingleChoice("Q", choices=choices, shuffle=False)
    assert _one("multichoice", "Q", several).body == MultipleChoice("Q", choices=choices)


def test_true_or_false() -> None:
    answers = _answer("0", "true", "No") + _answer("100", "false", "Yes")
    assert _one("truefalse", "Q", answers).body == TrueFalse(
        "Q", answer=False, feedback_true="No", feedback_false="Yes"
    )


def test_words_with_upper_case_that_counts() -> None:
    body = _one("shortanswer", "Q", "<usecase>1</usecase>" + _answer("100", "P*s") + _answer("50", "x &lt; y")).body
    assert body == ShortAnswer("Q", answers=[Pattern("1", "P*s"), Pattern("2", "x < y", 0.5)], case_sensitive=True)


def test_numbers_with_tolerances_and_units() -> None:
    answers = _answer("100", "3.14", "", "<tolerance>0.01</tolerance>") + _answer("0", "*", "No")
    units = (
        "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
        "<unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
        "<unitgradingtype>1</unitgradingtype><unitpenalty>1.0</unitpenalty>"
    )
    assert _one("numerical", "Q", answers + units).body == Numerical(
        "Q",
        answers=[NumericalAnswer("1", 3.14, 0.01), NumericalAnswer("2", None, 0.0, 0.0, "No")],
        units=[Unit("m"), Unit("cm", 100.0)],
        unit_required=True,
    )


def test_pairs() -> None:
    parts = "".join(
        f"<subquestion><text>{prompt}</text><answer><text>{match}</text></answer></subquestion>"
        for prompt, match in (("Peru", "Lima"), ("Chile", "Santiago"), ("", "Quito"))
    )
    body = _one("matching", "Q", "<shuffleanswers>false</shuffleanswers>" + parts).body
    pairs = [Pair("1", "Peru", "Lima"), Pair("2", "Chile", "Santiago")]
    assert body == Matching("Q", pairs=pairs, distractors=["Quito"], shuffle=False)


def test_essays_and_files_to_send() -> None:
    essay = (
        "<responseformat>editor</responseformat><attachments>2</attachments><minwordlimit>10</minwordlimit>"
        "<maxwordlimit>99</maxwordlimit>"
        "<graderinfo format='html'><text>&lt;ul&gt;&lt;li&gt;style&lt;/li&gt;&lt;/ul&gt;</text></graderinfo>"
        "<responsetemplate format='html'><text>Dear</text></responsetemplate>"
    )
    upload = (
        "<responseformat>noinline</responseformat><attachments>-1</attachments><filetypeslist>.pdf,.odt</filetypeslist>"
    )
    assert _one("essay", "Q", essay).body == Essay(
        "Q", least_words=10, most_words=99, files=2, template="Dear", for_graders="- style"
    )
    assert _one("essay", "Q", upload).body == FileUpload("Q", most_files=10, endings=["pdf", "odt"])


def test_things_in_order() -> None:
    answers = _answer("2.0", "two") + _answer("1.0", "one") + "<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>"
    body = _one("ordering", "Q", answers).body
    assert body == Ordering("Q", items=[Choice("1", "one"), Choice("2", "two")], scoring="neighbours")


def test_gaps_of_all_variants() -> None:
    text = (
        "<p>A {1:MULTICHOICE:=x#yes~%50%y~z} B {2:MCV:=x~y} C {:MCHS:=x~y} D {1:MRS:%50%x~%50%y~%-50%z}</p>"
        "<p>E {1:SHORTANSWER:=R&amp;D#ok~*#no} F {3:SAC:=b\\}c\\~} G {1:NM:=3.1:0.1#good~%50%3:1}</p>"
    )
    body = _one("cloze", text, "").body
    assert isinstance(body, Cloze)
    assert body.text == "A [[1]] B [[2]] C [[3]] D [[4]]\n\nE [[5]] F [[6]] G [[7]]"
    pair = [Choice("1", "x", 1.0), Choice("2", "y")]
    three = [Choice("1", "x", 0.5), Choice("2", "y", 0.5), Choice("3", "z", -0.5)]
    first = [Choice("1", "x", 1.0, "yes"), Choice("2", "y", 0.5), Choice("3", "z")]
    assert body.gaps == [
        Gap("1", SingleChoice("", choices=first, shuffle=False)),
        Gap("2", SingleChoice("", choices=pair, shuffle=False), 2.0, "list"),
        Gap("3", SingleChoice("", choices=pair, shuffle=True), 1.0, "line"),
        Gap("4", MultipleChoice("", choices=three), 1.0, "list"),
        Gap("5", ShortAnswer("", answers=[Pattern("1", "R&D", 1.0, "ok"), Pattern("2", "*", 0.0, "no")])),
        Gap("6", ShortAnswer("", answers=[Pattern("1", "b}c~")], case_sensitive=True), 3.0),
        Gap(
            "7",
            Numerical("", answers=[NumericalAnswer("1", 3.1, 0.1, 1.0, "good"), NumericalAnswer("2", 3.0, 1.0, 0.5)]),
        ),
    ]  # fmt: skip


def _gap(written: str) -> Any:
    body = _one("cloze", f"<p>Pick {written}.</p>", "").body
    assert isinstance(body, Cloze)
    [gap] = body.gaps
    return gap.question


@pytest.mark.parametrize(
    ("written", "weights"),
    [
        ("{1:MULTIRESPONSE:=a~=b~c}", [0.5, 0.5, -0.5]),
        ("{1:MR:=a~b}", [1.0, -1.0]),
        ("{1:MRH:%100%a~%100%b~c}", [0.5, 0.5, 0.0]),
        ("{1:MULTIRESPONSE_HS:%30%a~%30%b~%-20%c~d}", [0.5, 0.5, -0.2, 0.0]),
        ("{1:MRS:%33.33333%a~%33.33333%b~%33.33333%c}", [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_right_ones_of_several_share_the_points_of_their_gap(written: str, weights: list[float]) -> None:
    assert [choice.weight for choice in _gap(written).choices] == pytest.approx(weights)


def test_a_gap_may_begin_with_a_tilde_and_hold_references() -> None:
    choices = _gap("{1:MC:~3 &lt; 2~=R&#38;D &#35; 1#Yes}").choices
    assert [(one.text, one.weight, one.feedback) for one in choices] == [("3 < 2", 0.0, ""), ("R&D # 1", 1.0, "Yes")]


def test_a_penalty_or_points_that_cannot_be_are_brought_within_bounds() -> None:
    more = "<defaultgrade>5000</defaultgrade><penalty>100.0</penalty>" + _answer("100", "true")
    reading = _read(_asked("truefalse", "Q", more))
    assert [(question.points, question.penalty) for _, question in reading.questions] == [(1000.0, 1.0)]
    assert [problem.code for problem in reading.problems] == ["out_of_range", "out_of_range"]


def test_the_picture_beside_an_old_question_comes_behind_its_text() -> None:
    picture = f"<image>maps/my map.png</image><image_base64>\n{b64encode(_PNG).decode()}\n</image_base64>"
    reading = _read(_asked("essay", "Where is it?", picture))
    assert (reading.files, reading.problems) == ({"maps_my-map.png": _PNG}, [])
    assert [question.body.text for _, question in reading.questions] == ["Where is it? ![](@@maps_my-map.png@@)"]


@pytest.mark.parametrize(("kind", "option"), [("ddwtos", "dragbox"), ("gapselect", "selectoption")])
def test_words_for_gaps_come_from_their_group(kind: str, option: str) -> None:
    words = "".join(
        f"<{option}><text>{word}</text><group>{group}</group></{option}>"
        for word, group in (("cat", 1), ("mat", 2), ("dog", 1), ("hat", 2))
    )
    body = _one(kind, "<p>The [[1]] on the [[2]].</p>", words).body
    assert isinstance(body, Cloze)
    assert body.text == "The [[1]] on the [[2]]."
    right = [[choice.text for choice in gap.question.choices if choice.weight] for gap in body.gaps]  # type: ignore[union-attr]
    offered = [[choice.text for choice in gap.question.choices] for gap in body.gaps]  # type: ignore[union-attr]
    assert (right, offered) == ([["cat"], ["mat"]], [["cat", "dog"], ["mat", "hat"]])


def test_files_come_along_under_names_of_their_own() -> None:
    def asked(content: bytes) -> str:
        return (
            '<question type="essay"><name><text>N</text></name><questiontext format="html">'
            '<text><![CDATA[<p><img src="@@PLUGINFILE@@/my%20flag.png?x=1" alt="flag"></p>]]></text>'
            f'<file name="my flag.png" path="/" encoding="base64">{b64encode(content).decode()}</file>'
            "</questiontext></question>"
        )

    reading = _read(asked(_PNG), asked(_PNG), asked(b"another"))
    assert reading.files == {"my-flag.png": _PNG, "my-flag-2.png": b"another"}
    assert [question.body.text for _, question in reading.questions] == [
        "![flag](@@my-flag.png@@)",
        "![flag](@@my-flag.png@@)",
        "![flag](@@my-flag-2.png@@)",
    ]


def test_what_cannot_be_read_is_told_with_its_line() -> None:
    reading = _read(
        _asked("description", "Read this", ""),
        _asked("calculated", "{a}+{b}", ""),
        _asked("multichoice", "Q", _answer("100", "alone")),
        _asked("cloze", "no gap", ""),
        _asked("numerical", "Q", _answer("100", "many")),
        _asked("truefalse", "Whole", _answer("100", "true")),
    )
    assert [(problem.line, problem.severity, problem.code) for problem in reading.problems] == [
        (3, "warning", "description"),
        (4, "error", "unknown_kind"),
        (5, "error", "too_few_choices"),
        (6, "error", "no_gap"),
        (7, "error", "not_a_number"),
    ]
    assert [question.body.text for _, question in reading.questions] == ["Whole"]


def test_of_a_broken_file_the_whole_questions_come_in() -> None:
    whole = _asked("essay", "Whole", "")
    broken = '<question type="essay"><name><text>A & B</text></name></question>'
    reading = moodle_xml.read(f"<quiz>\n{whole}\n{broken}\n{whole}\n{whole[:-30]}\n</quiz>".encode())
    assert [(line, question.body.text) for line, question in reading.questions] == [(2, "Whole"), (4, "Whole")]
    assert {(problem.line, problem.code) for problem in reading.problems} >= {(3, "broken_xml")}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("calculatedsimple", "Each learner gets other numbers there."),
        ("ddmarker", "Things are put onto places of a picture there."),
        ("random", "It stands for any question of its category: let a test draw from the category instead."),
    ],
)
def test_kinds_that_have_no_place_are_told_with_their_reason(kind: str, reason: str) -> None:
    [problem] = _read(_asked(kind, "Q", "")).problems
    assert (problem.line, problem.question) == (3, "Name")
    assert problem.detail == f"Questions of the kind “{kind}” cannot be read. {reason}"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE quiz SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_and_document_types_are_refused(declaration: str) -> None:
    with pytest.raises(Unreadable, match="document type or entities"):
        moodle_xml.read(f"{declaration}<quiz><question type='essay'/></quiz>".encode())


def test_xml_that_is_no_quiz_is_refused() -> None:
    for content in (b"<html/>", b"<html>", b"", b"no xml"):
        with pytest.raises(Unreadable):
            moodle_xml.read(content)


def test_elements_too_deep_are_refused() -> None:
    with pytest.raises(TooLarge):
        moodle_xml.read(b'<quiz><question type="essay">' + b"<a>" * 50_000)


def test_feedback_that_has_no_place_is_told_unless_it_is_moodles_own() -> None:
    answers = _answer("100", "a") + _answer("0", "b")
    own = "<correctfeedback><text>Your answer is correct.</text></correctfeedback>"
    theirs = "<incorrectfeedback><text>Read chapter 3.</text></incorrectfeedback>"
    reading = _read(_asked("multichoice", "Q", own + theirs + answers))
    [problem] = reading.problems
    assert (problem.code, problem.detail) == (
        "combined_feedback",
        "What everyone is told whose answer is incorrect has no place here.",
    )


def test_a_question_may_come_without_its_quiz() -> None:
    alone = f'<?xml version="1.0"?>\n<!-- <b> -->\n{_asked("essay", "Alone", "")}\n'.encode()
    assert detect("question.xml", alone) == "moodle_xml"
    reading = moodle_xml.read(alone)
    assert ([(line, one.body.text) for line, one in reading.questions], reading.problems) == ([(3, "Alone")], [])


def test_many_warnings_crowd_no_error_out() -> None:
    theirs = "<correctfeedback><text>Read on.</text></correctfeedback>" + _answer("100", "true")
    reading = _read(*[_asked("truefalse", "Q", theirs)] * (MOST_PROBLEMS + 2), _asked("calculated", "{a}", ""))
    assert len(reading.questions) == MOST_PROBLEMS + 2
    assert [(one.severity, one.code) for one in reading.problems[-2:]] == [
        ("error", "unknown_kind"),
        ("warning", "too_many_problems"),
    ]
    assert reading.problems[-1].detail == "2 further warnings are not listed."
