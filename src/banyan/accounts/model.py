"""Accounts, and what is asked and told of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.kit.actor import Role
from banyan.kit.wire import UNSET, Command, Name, UnsetType, View
from banyan.schools import Locale, TimeZone

__all__ = [
    "Account",
    "AccountOpened",
    "Addressee",
    "ChangeAccount",
    "ChangeMe",
    "ChangePassword",
    "CheckYourMail",
    "Confirmation",
    "CreateToken",
    "Credentials",
    "Invitations",
    "Invited",
    "Member",
    "Myself",
    "NewToken",
    "PasswordReset",
    "Person",
    "Renamed",
    "Role",
    "Session",
    "SignIn",
    "SignUp",
    "SignedIn",
    "Verification",
]

# What fits is decided by `fields` and `passwords`, which say kindly what is wrong; these bounds only keep out floods.
EmailText = Annotated[str, msgspec.Meta(max_length=400)]
PasswordText = Annotated[str, msgspec.Meta(max_length=1_000)]
LinkToken = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,200}$")]


class Person(View):
    """Someone, as everyone who meets them in a course sees them."""

    id: UUID
    name: str


class Account(View):
    """An account, as its owner sees it."""

    id: UUID
    name: str
    email: str
    role: Role
    locale: str
    time_zone: str
    created_at: datetime


class Myself(Account):
    """An account, as its owner is told of it.

    `administration` is null unless they are an admin whose school is administered at another address than this: then it
    is that address, or empty where only those who run the installation know it.
    """

    administration: str | None


class Member(Account):
    """An account, as the school's admins see it."""

    suspended: bool


class Credentials(msgspec.Struct, frozen=True):
    """An account with what decides whether someone may enter it. Never an answer."""

    id: UUID
    school_id: UUID
    name: str
    email: str
    role: Role
    locale: str
    time_zone: str
    created_at: datetime
    password_hash: str
    suspended: bool

    @property
    def account(self) -> Account:
        """What its owner may see of it."""
        return Account(**{field: getattr(self, field) for field in Account.__struct_fields__})


class Addressee(msgspec.Struct, frozen=True):
    """Someone to whom letters may go, and in which language."""

    school_id: UUID
    name: str
    email: str
    locale: str


class AccountOpened(msgspec.Struct, frozen=True):
    """Event, in the transaction that creates an account: its address is proven."""

    account_id: UUID
    school_id: UUID
    email: str
    name: str


class Renamed(msgspec.Struct, frozen=True):
    """Event, in the transaction that changes a name."""

    account_id: UUID
    school_id: UUID
    name: str
    email: str


class SignUp(Command):
    """Someone asks for an account."""

    name: Name
    email: EmailText
    password: PasswordText
    locale: Locale | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET


class Verification(Command):
    """A mailed link was opened; who was invited chooses a name and a password."""

    token: LinkToken
    name: Name | UnsetType = UNSET
    password: PasswordText | UnsetType = UNSET


class Invitations(Command):
    """An admin invites people."""

    emails: Annotated[list[EmailText], msgspec.Meta(min_length=1, max_length=500)]
    role: Role


class Invited(View):
    """How many letters go out, and how many of the addresses have an account already."""

    invited: int
    already: int


class CheckYourMail(View):
    """The same whether or not the address is known."""

    status: Literal["check_your_mail"] = "check_your_mail"


class PasswordReset(Command):
    """Someone has forgotten their password."""

    email: EmailText


class Confirmation(Command):
    """The new password, with the token of the mailed link."""

    token: LinkToken
    password: PasswordText


class ChangePassword(Command):
    """The new password, with the current one."""

    current: PasswordText
    password: PasswordText


class SignIn(Command):
    """An address and its password."""

    email: EmailText
    password: PasswordText


class SignedIn(View):
    """A session has begun; `token` is for programs, a browser has the cookie."""

    token: str
    expires_at: datetime
    account: Myself


class Session(View):
    """A session in a browser, or a program's token. `current` is the one that asks."""

    id: UUID
    kind: Literal["browser", "token"]
    name: str
    user_agent: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


class CreateToken(Command):
    """A token for a program; it ends after `days`."""

    name: Name
    days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 365


class NewToken(Session):
    """A token is shown once, when it is made."""

    token: str


class ChangeMe(Command):
    """What one changes about oneself."""

    name: Name | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET


class ChangeAccount(Command):
    """What an admin changes about someone."""

    role: Role | UnsetType = UNSET
    suspended: bool | UnsetType = UNSET
