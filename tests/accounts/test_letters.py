"""Letters reach people in their own language, through a real mail server, and even when it is away for a while."""

from collections.abc import AsyncIterator

import httpx
import pytest

from banyan.accounts import letters
from banyan.app import Banyan
from banyan.settings import Settings, load
from tests.accounts.conftest import Letter, MakeAccount, read_letter, sign_up_body
from tests.conftest import run_jobs
from tests.smtp import SmtpServer
from tests.story import School


class TestThroughAMailServer:
    @pytest.fixture
    async def server(self) -> AsyncIterator[SmtpServer]:
        server = SmtpServer()
        await server.start()
        yield server
        await server.stop()

    @pytest.fixture
    def settings(self, settings: Settings, server: SmtpServer) -> Settings:
        return load(
            {},
            data=settings.data,
            server={"base_url": "https://demo.school:8443/"},
            mail={"url": f"smtp://127.0.0.1:{server.port}", "sender": "School <post@demo.school>"},
        )

    @pytest.mark.usefixtures("school")
    async def test_a_link_arrives_and_opens_an_account(
        self, banyan: Banyan, server: SmtpServer, client: httpx.AsyncClient
    ) -> None:
        await client.post("/accounts", json=sign_up_body(locale="ar-EG"))
        letter = await self.arrived(banyan, server)
        assert (letter.to, letter.language) == ("ann@demo.school", "ar")
        assert letter.subject == "يُرجى تأكيد عنوانك لدى Demo School"
        assert letter.link.startswith("https://demo.school:8443/verify#token=")
        assert (await client.post("/accounts/verification", json={"token": letter.token})).status_code == 201

    @pytest.mark.usefixtures("school")
    async def test_a_letter_that_is_refused_at_first_is_sent_again(
        self, banyan: Banyan, server: SmtpServer, client: httpx.AsyncClient
    ) -> None:
        server.refusals = ["451 Please try again later"]
        await client.post("/accounts", json=sign_up_body())
        letter = await self.arrived(banyan, server)
        assert server.refusals == []
        assert (await client.post("/accounts/verification", json={"token": letter.token})).status_code == 201

    @pytest.mark.usefixtures("other_school")
    async def test_another_schools_links_lead_to_its_own_name_at_the_same_port(
        self, banyan: Banyan, server: SmtpServer, other_school: School
    ) -> None:
        await other_school.browser().post("/accounts", json=sign_up_body())
        letter = await self.arrived(banyan, server)
        assert letter.link.startswith("https://hill.example:8443/verify#token=")

    async def test_a_letter_is_in_its_receivers_language(
        self, banyan: Banyan, server: SmtpServer, client: httpx.AsyncClient, account: MakeAccount
    ) -> None:
        ann = await account(name="آن")
        async with banyan.kit.db.write() as tx:
            await tx.execute("update account set locale = 'ar' where id = $1", ann.id)
        await client.post("/password-resets", json={"email": "ann@demo.school"})
        letter = await self.arrived(banyan, server)
        assert letter.language == "ar"
        assert "مرحبًا آن،" in letter.text

    async def arrived(self, banyan: Banyan, server: SmtpServer) -> Letter:
        async def has_come() -> bool:
            return bool(server.got)

        await run_jobs(banyan, has_come)
        content = server.got[-1].content
        assert isinstance(content, bytes)
        return read_letter(content.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize("locale", ["en", "en-GB", "ar", "ar-EG", "fr", ""])
@pytest.mark.parametrize("kind", ["sign_up", "known_address", "invitation", "password_reset"])
def test_every_letter_has_its_link_on_a_line_of_its_own(kind: letters.Kind, locale: str) -> None:
    url = "https://demo.school/verify#token=x"
    mail = letters.letter(kind, locale, to="ann@demo.school", name="Ann {url}", school="A {name} School", url=url)
    assert url in mail.text.splitlines()
    assert "A {name} School" in mail.subject
    assert mail.locale == ("ar" if locale.startswith("ar") else "en")
    assert "!" not in mail.text + mail.subject


def test_every_language_has_every_letter() -> None:
    assert {frozenset(texts) for texts in letters._TEXTS.values()} == {frozenset(letters._TEXTS["en"])}
