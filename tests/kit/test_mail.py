"""Letters arrive as they were written: in a folder, and through a real mail server."""

import email
from collections.abc import AsyncIterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from banyan.kit.mail import FolderMailer, Mail, Mailer, SmtpMailer, mailer
from tests.smtp import SmtpServer

SENDER = "Banyan <post@school.example>"
ARABIC = Mail(
    to="ann@demo.school",
    name="آن لي, Ann",
    subject="يُرجى تأكيد عنوانك لدى المدرسة الأولى في المدينة القديمة على ضفاف النهر",
    text="مرحبًا،\n\n.a line that begins with a dot\n" + "x" * 300 + "\n" + "ي" * 500 + "\n",
    locale="ar",
)


def read(raw: bytes | str | None) -> EmailMessage:
    assert isinstance(raw, bytes)
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def is_as_written(message: EmailMessage, mail: Mail) -> bool:
    address = message["To"].addresses[0]
    return (
        address.addr_spec,
        address.display_name,
        message["Subject"],
        message.get_content().replace("\r\n", "\n"),
    ) == (
        mail.to,
        mail.name,
        mail.subject,
        mail.text,
    )


class TestAFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "not there yet" / "mail"

    @pytest.fixture
    def post(self, folder: Path) -> Mailer:
        return mailer(folder.as_uri().replace("file:", "folder:", 1), SENDER)

    async def test_gets_a_letter_that_any_mail_program_opens(self, post: Mailer, folder: Path) -> None:
        assert isinstance(post, FolderMailer)
        await post.send(ARABIC)
        [path] = folder.iterdir()
        assert path.suffix == ".eml"
        message = read(path.read_bytes())
        assert is_as_written(message, ARABIC)
        assert message["From"] == SENDER
        assert message["Content-Language"] == "ar"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Message-ID"].endswith("@school.example>")
        assert message["Date"].datetime is not None

    async def test_has_its_letters_in_the_order_they_came(self, post: Mailer, folder: Path) -> None:
        for number in range(20):
            await post.send(Mail("ann@demo.school", "", f"letter {number}", ""))
        subjects = [read(path.read_bytes())["Subject"] for path in sorted(folder.iterdir())]
        assert subjects == [f"letter {number}" for number in range(20)]

    async def test_gets_no_header_that_hides_in_a_subject_or_a_name(self, post: Mailer, folder: Path) -> None:
        await post.send(Mail("ann@demo.school", "Ann\r\nBcc: x@y.zz", "Hello\r\nBcc: x@y.zz\r\n\r\nmore", "text"))
        message = read(next(folder.iterdir()).read_bytes())
        assert message["Bcc"] is None
        assert message["Subject"] == "Hello Bcc: x@y.zz more"
        assert message["To"].addresses[0].addr_spec == "ann@demo.school"
        assert message.get_content() == "text\n"
        with pytest.raises(ValueError, match="linefeed"):
            await post.send(Mail("ann@demo.school\r\nBcc: x@y.zz", "", "Hello", "text"))


class TestAMailServer:
    @pytest.fixture
    async def server(self) -> AsyncIterator[SmtpServer]:
        server = SmtpServer()
        await server.start()
        yield server
        await server.stop()

    @pytest.fixture
    def post(self, server: SmtpServer) -> Mailer:
        return mailer(f"smtp://127.0.0.1:{server.port}", SENDER)

    async def test_gets_the_letter_as_it_was_written(self, post: Mailer, server: SmtpServer) -> None:
        assert isinstance(post, SmtpMailer)
        await post.send(ARABIC)
        [envelope] = server.got
        assert (envelope.mail_from, envelope.rcpt_tos) == ("post@school.example", ["ann@demo.school"])
        assert is_as_written(read(envelope.content), ARABIC)

    async def test_that_refuses_a_letter_makes_sending_fail(self, post: Mailer, server: SmtpServer) -> None:
        server.refusals = ["451 later", "554 never"]
        for _ in range(2):
            with pytest.raises(aiosmtplib.SMTPException):
                await post.send(ARABIC)
        await post.send(ARABIC)
        assert len(server.got) == 1

    async def test_that_is_away_makes_sending_fail(self, post: Mailer, server: SmtpServer) -> None:
        await server.stop()
        with pytest.raises((OSError, aiosmtplib.SMTPException)):
            await post.send(ARABIC)


async def test_a_mail_server_may_ask_who_sends() -> None:
    server = SmtpServer(login=("po:st", "s/e c@ret"))
    await server.start()
    try:
        await mailer(f"smtp://po%3Ast:s%2Fe%20c%40ret@127.0.0.1:{server.port}", SENDER).send(ARABIC)
        assert len(server.got) == 1
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await mailer(f"smtp://post:wrong@127.0.0.1:{server.port}", SENDER).send(ARABIC)
        assert len(server.got) == 1
    finally:
        await server.stop()


async def test_a_letter_that_should_go_by_tls_never_goes_without() -> None:
    server = SmtpServer()
    await server.start()
    try:
        with pytest.raises((OSError, aiosmtplib.SMTPException)):
            await mailer(f"smtps://127.0.0.1:{server.port}", SENDER).send(ARABIC)
        assert server.got == []
    finally:
        await server.stop()


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example", "", "file:///tmp"])
def test_mail_goes_nowhere_else(url: str) -> None:
    with pytest.raises(ValueError, match="mail goes to"):
        mailer(url, SENDER)
