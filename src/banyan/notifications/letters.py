"""Letters about what happened while someone was away, in their language. Plain text, like all of Banyan's letters."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from banyan.accounts import Addressee
from banyan.kit.mail import Mail
from banyan.kit.wire import UNSET
from banyan.notifications.model import Kind, Notification

__all__ = ["letter"]

_MOST = 20  # in one letter


class _Words(NamedTuple):
    """A letter in one language. `lines` are subjects, too, where a letter tells of one thing."""

    lines: dict[Kind, str]
    subject: str
    body: str
    more: str


_WORDS: Final[dict[str, _Words]] = {
    "en": _Words(
        {
            "mention": "{author} mentioned you in “{group}”",
            "reply": "{author} replied to you in “{group}”",
            "group_request": "{author} would like to join “{group}”",
            "group_admitted": "You are in “{group}” now",
            "group_removed": "You are no longer in “{group}”",
            "report": "{author} reported a message in “{group}”",
            "report_decided": "Your report in “{group}” has been decided",
        },
        "While you were away: {count} notifications from {school}",
        """\
Hello {name},

this happened while you were away:

{entries}

--
You choose here whether, and how often, such letters come:
{settings}

{school}
""",
        "And {count} more: {link}",
    ),
    "ar": _Words(
        {
            "mention": "أشار إليك {author} في «{group}»",
            "reply": "ردّ عليك {author} في «{group}»",
            "group_request": "يرغب {author} في الانضمام إلى «{group}»",
            "group_admitted": "أنت الآن عضو في «{group}»",
            "group_removed": "لم تعد عضوًا في «{group}»",
            "report": "أبلغ {author} عن رسالة في «{group}»",
            "report_decided": "بُتَّ في بلاغك في «{group}»",
        },
        "أثناء غيابك: عدد الإشعارات من {school} هو {count}",
        """\
مرحبًا {name}،

هذا ما حدث أثناء غيابك:

{entries}

--
من هنا تختار هل تصلك مثل هذه الرسائل وكم مرة:
{settings}

{school}
""",
        "ويوجد المزيد ({count}): {link}",
    ),
}


def letter(to: Addressee, notifications: Sequence[Notification], school: str, base_url: str) -> Mail:
    """One letter about these notifications, which come the newest first; it tells them as they happened."""
    language = to.locale.partition("-")[0]
    if language not in _WORDS:
        language = "en"
    words = _WORDS[language]
    told = notifications[:_MOST]
    entries = [_entry(words, notification, base_url) for notification in reversed(told)]
    if rest := len(notifications) - len(told):
        entries.append(words.more.format(count=rest, link=f"{base_url}/notifications"))
    if len(notifications) == 1:
        subject = _line(words, notifications[0])
    else:
        subject = words.subject.format(count=len(notifications), school=school)
    settings = f"{base_url}/account#notifications"
    text = words.body.format(name=to.name, entries="\n\n".join(entries), settings=settings, school=school)
    return Mail(to.email, to.name, subject, text, language, unsubscribe=settings)


def _line(words: _Words, notification: Notification) -> str:
    data = notification.data
    return words.lines[notification.kind].format(author=data.author.name, group=data.group.name)


def _entry(words: _Words, notification: Notification, base_url: str) -> str:
    """What happened, what was said, each line of it marked as a quotation, and where."""
    data = notification.data
    said = [] if data.text is UNSET else [f"> {line}" for line in data.text.splitlines()]
    if notification.kind == "group_removed":
        link = f"{base_url}/groups"  # the group is not theirs to see any more
    else:
        link = f"{base_url}/groups/{data.group.id}" + ("" if data.seq is UNSET else f"#m{data.seq}")
    return "\n".join([_line(words, notification), *said, link])
