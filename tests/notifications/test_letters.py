"""Letters say what happened in their receiver's language, and nobody's words can pass for Banyan's."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from banyan.accounts import Addressee
from banyan.accounts import Person as Author
from banyan.kit.ids import new_id
from banyan.kit.mail import Mail
from banyan.notifications import GroupName, NoticeData, letters
from banyan.notifications.model import Kind, Notification

GROUP = GroupName(id=new_id(), name="Night {owls}")


def told(kind: Kind, text: str = "Look.") -> Notification:
    data = NoticeData(group=GROUP, author=Author(id=new_id(), name="Bo {name}"), seq=7, text=text)
    return Notification(id=new_id(), kind=kind, data=data, created_at=datetime.now(UTC), read_at=None)


def letter(*notifications: Notification, locale: str = "en") -> Mail:
    to = Addressee(new_id(), "Ann", "ann@demo.school", locale)
    return letters.letter(to, notifications, "Demo School", "https://demo.school")


@pytest.mark.parametrize("locale", ["en", "en-GB", "ar", "ar-EG", "fr", ""])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_says_where_to_go_in_every_language(kind: Kind, locale: str) -> None:
    mail = letter(told(kind), locale=locale)
    gone = kind == "group_removed"
    assert f"https://demo.school/groups{'' if gone else f'/{GROUP.id}#m7'}" in mail.text.splitlines()
    assert "https://demo.school/account#notifications" in mail.text.splitlines()
    assert mail.subject in mail.text
    assert "Night {owls}" in mail.subject
    assert mail.locale == ("ar" if locale.startswith("ar") else "en")
    assert "!" not in mail.text + mail.subject


def test_every_language_has_every_kind() -> None:
    for words in letters._WORDS.values():
        assert set(words.lines) == set(get_args(Kind))


def test_what_people_said_is_marked_line_by_line() -> None:
    said = "Hello,\r\n\n--\nYour password: https://evil.example/\u2028\x0bMore"
    lines = letter(told("mention", said)).text.splitlines()
    start = lines.index("> Hello,")
    assert lines[start : start + 6] == [
        "> Hello,",
        "> ",
        "> --",
        "> Your password: https://evil.example/",
        "> ",
        "> More",
    ]


def test_what_happened_first_is_told_first() -> None:
    text = letter(told("mention", "second"), told("mention", "first")).text
    assert text.index("> first") < text.index("> second")
