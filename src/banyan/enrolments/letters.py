"""What is written to learners about their courses, in their language."""

from banyan.accounts import Account
from banyan.courses import CourseHead
from banyan.kit.mail import Mail

__all__ = ["invitation", "welcome"]

_WELCOME = {
    "en": (
        "You are in: {course}",
        """\
Hello {name},

you are enrolled in “{course}”. Whenever you have a few minutes, it goes on here:

{link}

Your place is remembered on every device.
""",
    ),
    "ar": (
        "تم تسجيلك في: {course}",
        """\
مرحبًا {name}،

لقد سُجّلت في «{course}». متى ما توفّرت لديك بضع دقائق، تابع من هنا:

{link}

نتذكّر موضعك على كل جهاز.
""",
    ),
}
_INVITATION = {
    "en": (
        "An invitation to {course}",
        """\
Hello,

you are invited to the course “{course}”. Sign up with this address and you are in:

{link}

If you did not expect this, you need not do anything.
""",
    ),
    "ar": (
        "دعوة إلى {course}",
        """\
مرحبًا،

أنت مدعوّ إلى مقرر «{course}». أنشئ حسابًا بهذا العنوان وستجد نفسك فيه:

{link}

إن لم تكن تتوقع هذه الرسالة فلا حاجة لفعل أي شيء.
""",
    ),
}


def _texts(table: dict[str, tuple[str, str]], locale: str) -> tuple[str, str]:
    return table.get(locale.partition("-")[0], table["en"])


def welcome(account: Account, course: CourseHead, base_url: str) -> Mail:
    """Where the course is."""
    subject, text = _texts(_WELCOME, account.locale)
    link = f"{base_url}/courses/{course.id}"
    values = {"name": account.name, "course": course.title, "link": link}
    return Mail(account.email, account.name, subject.format(**values), text.format(**values), account.locale)


def invitation(email: str, course: CourseHead, base_url: str) -> Mail:
    """How to come in, in the course's language."""
    subject, text = _texts(_INVITATION, course.language)
    values = {"course": course.title, "link": f"{base_url}/signup"}
    return Mail(email, "", subject.format(**values), text.format(**values), course.language)
