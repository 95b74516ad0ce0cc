"""A real Chromium in front of a real Banyan: `banyan up` in a process of its own, with the demo school."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.services import reachable_folder

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_flags() -> list[str]:
    """What Chromium needs to run without a screen, as root, and to call nobody."""
    return list(_FLAGS)


PASSWORD = "grow-with-banyan"


@dataclass(frozen=True)
class Site:
    """A running Banyan."""

    url: str
    data: Path

    def mail_to(self, address: str) -> list[str]:
        """The texts of the letters to an address, oldest first."""
        letters = [
            message_from_bytes(path.read_bytes(), policy=default) for path in sorted((self.data / "mail").glob("*.eml"))
        ]
        return [letter.get_content() for letter in letters if address in str(letter["To"])]

    def link_to(self, address: str, seconds: float = 10) -> str:
        """The first link in the newest letter to an address, waiting for it to arrive."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if letters := self.mail_to(address):
                found = re.search(r"https?://\S+", letters[-1])
                assert found, letters[-1]
                return found.group()
            time.sleep(0.1)
        raise AssertionError(f"no letter came to {address}")


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Banyan with its demo school, started as the README says."""
    with reachable_folder(in_memory=True) as data, serve(data) as running:
        yield running


@contextmanager
def serve(data: Path) -> Iterator[Site]:
    """Banyan with its demo school in a process of its own, until the end of the `with`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    banyan = Path(sys.executable).with_name("banyan")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BANYAN_")}
    environment["BANYAN_ACCOUNTS_SIGN_IN_PER_ADDRESS"] = "1000 per minute"  # all of these people sit at one machine
    with (data / "output.log").open("w+") as output:
        process = subprocess.Popen(
            [banyan, "up", "--port", str(port), "--data", data], stdout=output, stderr=output, env=environment
        )
        try:
            _wait(f"http://127.0.0.1:{port}/ready", process, data / "output.log")
            yield Site(f"http://127.0.0.1:{port}", data)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError(log.read_text())
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not ready after a minute:\n{log.read_text()}")


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: `make browser` installs it as root on Debian, elsewhere install it yourself"
    async with async_playwright() as playwright:
        expect.set_options(timeout=15_000)  # milliseconds: other tests run beside these
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        await browser.close()


Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def browse(chromium: Browser, site: Site) -> AsyncIterator[Open]:
    """Opens a fresh window. What a page complains of on its console fails the test, a broken content policy too."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def window(*, viewport: dict[str, int] | None = None, **options: Any) -> Page:
        context = await chromium.new_context(
            base_url=site.url, viewport=viewport or DESK, locale=options.pop("locale", "en"), **options
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_fault(said.type, said.text) else None)
        return page

    yield window
    for context in contexts:
        await context.close()
    assert complaints == []


def _is_fault(kind: str, text: str) -> bool:
    # What is refused on purpose, or asked for without a network, is logged by the browser as an error of its own.
    return kind == "error" and "Failed to load resource" not in text and "WebSocket connection to" not in text


async def sign_in(page: Page, who: str) -> None:
    """Sign in as one of the demo school's people, through the form, in whatever language it is."""
    await page.goto("/signin")
    await page.locator("input[type=email]").fill(f"{who}@demo.school")
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("/")


async def accessible(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is shown (WCAG 2.2 A and AA)."""
    found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


class Api:
    """What a story needs to be there before it begins, made over HTTP by someone of the demo school."""

    def __init__(self, site: Site, who: str) -> None:
        self._client = httpx.Client(base_url=f"{site.url}/api/v1", timeout=20)
        self.post("/sessions", {"email": f"{who}@demo.school", "password": PASSWORD})

    def post(self, path: str, body: Any = None) -> Any:
        answer = self._client.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        answer = self._client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, path: str, body: Any = None) -> Any:
        answer = self._client.put(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def delete(self, path: str) -> None:
        answer = self._client.delete(path)
        assert answer.status_code < 300, answer.text

    def patch(self, path: str, body: Any) -> Any:
        answer = self._client.patch(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def course(self, title: str, lessons: dict[str, str], **settings: Any) -> str:
        """A published course of one module; its id."""
        course: str = self.post("/courses", {"title": title, **settings})["id"]
        module = self.post(f"/courses/{course}/modules", {"title": "Beginning"})["id"]
        for name, source in lessons.items():
            self.post(f"/modules/{module}/items", {"kind": "lesson", "title": name, "source": source})
        self.post(f"/courses/{course}/revisions", {})
        return course

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="session")
def teacher_api(site: Site) -> Iterator[Api]:
    api = Api(site, "teacher")
    yield api
    api.close()


@dataclass(frozen=True)
class People:
    """Two learners beside those of the demo school."""

    ana: Api
    ben: Api


@pytest.fixture(scope="session")
def people(site: Site) -> Iterator[People]:
    ana, ben = newcomer(site, "ana", "Ana Almond"), newcomer(site, "ben", "Ben Birch")
    yield People(ana, ben)
    ana.close()
    ben.close()


def newcomer(site: Site, who: str, name: str) -> Api:
    """Invite someone to the demo school, and come in as them."""
    address = f"{who}@demo.school"
    with closing(Api(site, "admin")) as admin:
        admin.post("/accounts/invitations", {"emails": [address], "role": "learner"})
    token = urlsplit(site.link_to(address)).fragment.removeprefix("token=")
    details = {"token": token, "name": name, "password": PASSWORD}
    answer = httpx.post(f"{site.url}/api/v1/accounts/verification", json=details, timeout=20)
    assert answer.status_code == 201, answer.text
    return Api(site, who)


def course_with(teacher: Api, title: str, *learners: Api) -> str:
    """A published course that these learners are in."""
    course = teacher.course(title, {"One": "Text."})
    for learner in learners:
        learner.post(f"/courses/{course}/enrolments", {})
    return course


@dataclass(frozen=True)
class Talk:
    """A group of the demo school's teacher and learner; the learner owns it."""

    id: str
    teacher: Api
    learner: Api

    @property
    def path(self) -> str:
        return f"/groups/{self.id}"

    def say(self, who: Api, text: str, **more: Any) -> int:
        seq: int = who.post(f"{self.path}/messages", {"key": uuid4().hex, "text": text, **more})["seq"]
        return seq


@pytest.fixture
def talk(site: Site, teacher_api: Api) -> Iterator[Talk]:
    with closing(Api(site, "learner")) as learner:
        learner.patch("/me", {"locale": "en"})
        course = teacher_api.course(f"Trees {uuid4().hex[:6]}", {"A seed": "Words."})
        learner.post(f"/courses/{course}/enrolments", {})
        within = teacher_api.post(f"/courses/{course}/classes", {"name": "Autumn"})["id"]
        group = learner.post(f"/classes/{within}/groups", {"name": "Baobab readers"})["id"]
        teacher_api.post(f"/groups/{group}/members", {})
        yield Talk(group, teacher_api, learner)


@pytest.fixture
async def learner(browse: Open, talk: Talk) -> Page:
    return await opened(await browse(), "learner", talk)


@pytest.fixture
async def teacher(browse: Open, talk: Talk) -> Page:
    return await opened(await browse(), "teacher", talk)


async def opened(page: Page, who: str, talk: Talk) -> Page:
    await sign_in(page, who)
    await page.goto(talk.path)
    await expect(page.get_by_role("textbox", name="Message to")).to_be_visible()
    return page
