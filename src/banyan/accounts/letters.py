"""The letters that accounts send, in the languages of the browser app. Plain text, short, and kind.

None of them repeats what a stranger wrote, such as the name of a sign-up: whoever fills in a form with someone else's
address cannot make Banyan carry words to them.
"""

from typing import Final, Literal

from banyan.kit.mail import Mail

__all__ = ["Kind", "letter"]

Kind = Literal["sign_up", "known_address", "invitation", "password_reset"]

_TEXTS: Final[dict[str, dict[Kind, tuple[str, str]]]] = {
    "en": {
        "sign_up": (
            "Please confirm your address for {school}",
            """\
Hello,

someone, probably you, would like to open an account at {school} with this
address. To confirm it, please open this link within 24 hours:

{url}

If it was not you, you need do nothing: without the link no account is opened.

{school}
""",
        ),
        "known_address": (
            "You have an account at {school} already",
            """\
Hello {name},

someone, probably you, asked to open an account at {school} with this
address. You have one already: just sign in. If you have forgotten your
password, you can choose a new one here within an hour:

{url}

If it was not you, you need do nothing: your account is as it was.

{school}
""",
        ),
        "invitation": (
            "You are invited to {school}",
            """\
Hello,

{school} invites you. To choose your name and password and come in, please
open this link within 7 days:

{url}

If you do not know what this is about, you need do nothing.

{school}
""",
        ),
        "password_reset": (
            "A new password for {school}",
            """\
Hello {name},

someone, probably you, has forgotten the password of this address at {school}.
You can choose a new one here within an hour:

{url}

If it was not you, you need do nothing: your password stays as it is.

{school}
""",
        ),
    },
    "ar": {
        "sign_up": (
            "يُرجى تأكيد عنوانك لدى {school}",
            """\
مرحبًا،

طلب أحدهم، ولعلّه أنت، إنشاء حساب لدى {school} بهذا العنوان. لتأكيده يُرجى فتح هذا الرابط خلال أربع وعشرين ساعة:

{url}

إن لم تكن أنت فلا داعي لفعل أي شيء: لن يُنشأ حساب من دون هذا الرابط.

{school}
""",
        ),
        "known_address": (
            "لديك حساب بالفعل لدى {school}",
            """\
مرحبًا {name}،

طلب أحدهم، ولعلّه أنت، إنشاء حساب لدى {school} بهذا العنوان. لديك حساب بالفعل: يكفي أن تسجّل الدخول.
إن نسيت كلمة المرور فيمكنك اختيار كلمة جديدة من هنا خلال ساعة:

{url}

إن لم تكن أنت فلا داعي لفعل أي شيء: بقي حسابك كما كان.

{school}
""",
        ),
        "invitation": (
            "أنت مدعوّ إلى {school}",
            """\
مرحبًا،

تدعوك {school} إلى الانضمام إليها. لاختيار اسمك وكلمة المرور والدخول يُرجى فتح هذا الرابط خلال سبعة أيام:

{url}

إن لم تعرف ما المقصود بهذه الرسالة فلا داعي لفعل أي شيء.

{school}
""",
        ),
        "password_reset": (
            "كلمة مرور جديدة لدى {school}",
            """\
مرحبًا {name}،

نسي أحدهم، ولعلّه أنت، كلمة المرور لهذا العنوان لدى {school}. يمكنك اختيار كلمة جديدة من هنا خلال ساعة:

{url}

إن لم تكن أنت فلا داعي لفعل أي شيء: تبقى كلمة المرور كما هي.

{school}
""",
        ),
    },
}


def letter(kind: Kind, locale: str, *, to: str, name: str, school: str, url: str) -> Mail:
    """A letter in the language of `locale`, else in English. `name` is the receiver's, as they gave it themselves."""
    language = locale.partition("-")[0]
    if language not in _TEXTS:
        language = "en"
    subject, text = _TEXTS[language][kind]
    words = {"name": name, "school": school, "url": url}
    return Mail(to=to, name=name, subject=subject.format(**words), text=text.format(**words), locale=language)
