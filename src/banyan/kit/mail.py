"""Mail that goes out: by SMTP, or as .eml files in a folder, which is the embedded default."""

import asyncio
import tempfile
import time
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from banyan.kit.ids import new_id

__all__ = ["FolderMailer", "Mail", "Mailer", "SmtpMailer", "mailer"]


class Mail(msgspec.Struct, frozen=True):
    """A letter in plain text to one person.

    Attributes:
        unsubscribe: the page where the receiver says that such letters are to end; mail programs show it as a button.
    """

    to: str
    name: str
    subject: str
    text: str
    locale: str = "en"
    unsubscribe: str | None = None


class Mailer(Protocol):
    """Sends mail."""

    async def send(self, mail: Mail) -> None:
        """Hand the letter over; returns when the other side has taken it.

        Raises:
            OSError, aiosmtplib.SMTPException: it was not taken; the job that sends it tries again.
        """

    async def probe(self) -> str:
        """Go as far as a letter would without sending one; what is there, in words.

        Raises:
            OSError, aiosmtplib.SMTPException: a letter would not be taken.
        """


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = formataddr((" ".join(mail.name.split()), mail.to))
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = formatdate(time.time())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"  # RFC 2369, section 3.2
    message.set_content(mail.text)
    message["Content-Language"] = mail.locale  # after the content, which takes away what was said of it before
    return message


class FolderMailer:
    """Writes each letter as a file that any mail program opens; the name begins with the time, so they sort."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._write, _message(mail, self._sender))

    async def probe(self) -> str:
        await asyncio.to_thread(self._folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._folder):
            return f"letters are written into {self._folder}"

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = new_id().hex
        draft = self._folder / f".{name}"
        draft.write_bytes(message.as_bytes())
        draft.rename(self._folder / f"{name}.eml")


class SmtpMailer:
    """Sends by SMTP; `smtps://` speaks TLS from the start, `smtp://` upgrades when the server offers it."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._tls else 25)
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        await aiosmtplib.send(
            _message(mail, self._sender),
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            username=self._username,
            password=self._password,
            timeout=30,
        )

    async def probe(self) -> str:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            username=self._username,
            password=self._password,
            timeout=5,
        )
        async with client:
            encrypted = client.transport is not None and client.transport.get_extra_info("sslcontext") is not None
            signed_in = " and takes the password" if self._username else ""
            return f"{self._host}:{self._port} answers{signed_in}, {'encrypted' if encrypted else 'unencrypted'}"


def mailer(url: str, sender: str) -> Mailer:
    """The mailer that `url` names: `smtp://`, `smtps://` or `folder:///path`.

    Raises:
        ValueError: another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme in ("smtp", "smtps"):
        return SmtpMailer(url, sender)
    if parts.scheme == "folder":
        return FolderMailer(Path(unquote(parts.path)), sender)
    raise ValueError(f"mail goes to smtp://, smtps:// or folder://, not to {parts.scheme}://")
