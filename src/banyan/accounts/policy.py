"""Who may do what with accounts."""

from uuid import UUID

from banyan.accounts.model import Member
from banyan.kit.actor import Actor, Visitor
from banyan.kit.problems import Conflict, FieldError, Forbidden, Problem, Unauthenticated, Unprocessable
from banyan.schools import School

__all__ = [
    "DetailsNeeded",
    "LinkExpired",
    "NotOneself",
    "SignUpClosed",
    "Suspended",
    "TokensMakeNoTokens",
    "WrongCredentials",
    "WrongPassword",
    "is_anyone",
    "is_oneself",
    "may_change",
    "may_make_tokens",
    "may_manage_people",
    "may_sign_up",
]


class SignUpClosed(Forbidden):
    """The school takes nobody who was not invited."""

    code = "sign_up_closed"
    title = "This school takes no sign-ups"


class WrongCredentials(Unauthenticated):
    """The address has no account here, or the password is another one: nobody learns which."""

    code = "wrong_credentials"
    title = "The address or the password is wrong"


class WrongPassword(Unprocessable):
    """The current password is another one."""

    code = "wrong_password"
    title = "The current password is wrong"

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("/current", "This is not your current password.")])


class Suspended(Forbidden):
    """The right password of an account that an admin has suspended."""

    code = "suspended"
    title = "This account is suspended; please ask your school"


class LinkExpired(Problem):
    """A mailed link that has been used, has expired, or never was."""

    status = 410
    code = "link_expired"
    title = "This link was used already or has expired"


class DetailsNeeded(Unprocessable):
    """The link is an invitation: whoever has it chooses a name and a password. It can still be used."""

    code = "details_needed"
    title = "Please choose a name and a password"

    def __init__(self, email: str) -> None:
        super().__init__(
            f"You were invited as {email}. Please choose a name and a password.",
            errors=[FieldError("/name", "Please choose a name."), FieldError("/password", "Please choose a password.")],
        )


class NotOneself(Conflict):
    """An admin would lock themselves out, perhaps as the last one."""

    code = "not_oneself"
    title = "You cannot do this to yourself; please ask another admin"


class TokensMakeNoTokens(Forbidden):
    """A token that leaks must not be able to outlive its end."""

    code = "token_makes_token"
    title = "A token cannot make tokens; please sign in"


def is_anyone(visitor: Visitor) -> None:
    """Whoever knocks: what follows proves who they are, or tells them nothing."""


def is_oneself(actor: Actor) -> None:
    """Whoever is signed in, with what is theirs: every statement behind it is keyed by the actor."""


def may_sign_up(school: School) -> None:
    """Anyone, if the school lets people sign up.

    Raises:
        SignUpClosed: it does not.
    """
    if school.sign_up != "open":
        raise SignUpClosed("Ask the school for an invitation.")


def may_make_tokens(kind: str) -> None:
    """Someone signed in, not a program.

    Raises:
        TokensMakeNoTokens: it is a program.
    """
    if kind == "token":
        raise TokensMakeNoTokens


def may_manage_people(actor: Actor | Member) -> None:
    """A school's admins.

    Raises:
        Forbidden: not one of them.
    """
    if actor.role != "admin" or (isinstance(actor, Member) and actor.suspended):
        raise Forbidden("Only an admin of the school can see and change its people.")


def may_change(actor: Actor, account_id: UUID) -> None:
    """An admin changes others; so there is always one left.

    Raises:
        NotOneself: it is the admin's own account.
    """
    if actor.id == account_id:
        raise NotOneself
