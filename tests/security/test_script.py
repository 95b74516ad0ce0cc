"""Script in a lesson never reaches a learner, and headers no letter."""

import html
import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from banyan.app import Banyan
from banyan.settings import Settings
from tests.conftest import run_jobs
from tests.story import School, published_course

ALLOWED_SCHEMES = re.compile(r"(https?:|mailto:|/|#|data:image/)", re.IGNORECASE)
SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "[x](javascript:alert(1)) [x](JaVaScRiPt&#58;alert(1)) [x](vbscript:x) [x](data:text/html,<script>x</script>)",
    "![x](javascript:alert(1)) <javascript:alert(1)>",
    '<a href="java\tscript:alert(1)">x</a> <a href=" &#14; javascript:alert(1)">x</a>',
    '<iframe src="https://evil.example"></iframe> <object data="x"></object> <embed src="x"> <base href="//evil">',
    '<form action="https://evil.example"><input name="password"><button formaction="javascript:x">x</button></form>',
    '<style>body{background:url("https://evil.example")}</style> <p style="position:fixed;inset:0">x</p>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example"> <link rel="stylesheet" href="//evil.example">',
    "<details open ontoggle=alert(1)>x</details> <video onloadstart=alert(1) src=x></video>",
    "```<script>alert(1)</script>\n<script>alert(1)</script>\n```",
    "$$\\href{javascript:alert(1)}{x}$$ $\\text{<img src=x onerror=alert(1)>}$",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "::: note <img src=x onerror=alert(1)>\n<script>alert(1)</script>\n:::",
    '![x](x "onerror=alert(1)") [x][y]\n\n[y]: <javascript:alert(1)> "x"',
    "# <img src=x onerror=alert(1)> {#x onclick=alert(1)}",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "<!--><script>alert(1)</script>--> <![CDATA[<script>alert(1)</script>]]> <?php echo 1 ?>",
    "<p id=__proto__ name=cookie class='modal-backdrop'>x</p> <a id=location href=#>x</a>",
]


class Inspector(HTMLParser):
    """Finds what could act in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "form", "style", "meta", "link", "base", "button", "svg"}:
            self.found.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name in {"style", "srcdoc", "formaction", "name", "ping"}:
                self.found.append(f"{tag} {name}")
            if name in {"href", "src", "action", "poster", "cite", "xlink:href"} and value:
                target = re.sub(r"[\x00-\x20]", "", html.unescape(value))
                if not ALLOWED_SCHEMES.match(target):
                    self.found.append(f"{tag} {name}={target}")


def inspected(page: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(page)
    inspector.close()
    return inspector.found


def test_the_inspector_finds_script() -> None:
    assert all(inspected(source) for source in SCRIPTS[:3])


async def test_script_in_a_lesson_never_reaches_a_learner(school: School) -> None:
    teacher, learner = await school.teacher(), await school.learner()
    course = await published_course(teacher, lessons=0, publish=False)
    for source in SCRIPTS:
        body = {"kind": "lesson", "title": source[:200].replace("\n", " ").replace("\t", " "), "source": source}
        added = await teacher.post(f"/modules/{course.modules[0]}/items", body)
        assert added.status_code == 201, added.text
        assert not inspected(added.json()["html"]), source
        course.items.append(added.json()["id"])
    assert (await course.publish()).status_code == 201
    await course.enrol(learner)
    for source, item in zip(SCRIPTS, course.items, strict=True):
        answer = await learner.get(f"{course.path}/items/{item}")
        assert answer.headers["content-type"] == "application/json"
        assert not inspected(answer.json()["html"]), source
        assert not [entry for entry in answer.json()["toc"] if "<" in entry["id"]]


ADDRESSES = [
    "bob@new.example",
    "evil@x.example\r\nBcc: e@x.example",
    "<a@b.example>",
    "a@b.example, c@d.example",
    "a\x00@b.example",
    "ж@b.example",
    "a@b.example\u2028",
]


@pytest.mark.parametrize("title", ["Trees\u2028Bcc: evil@x.example", "Trees\x85Bcc: evil@x.example", "=?utf-8?q?x?="])
async def test_a_title_writes_no_headers_into_letters(
    school: School, banyan: Banyan, settings: Settings, title: str
) -> None:
    course = await published_course(await school.teacher(), title=title)
    assert (await course.enrol(await school.learner(f"Ann\u2028{title}"[:90]))).status_code == 201
    batch = {"emails": ADDRESSES}
    answer = await course.teacher.post(f"{course.path}/enrolments/batch", batch)
    assert answer.status_code == 200, answer.text

    async def sent() -> bool:
        return not await banyan.kit.db.read().one(int, "select count(*) as waiting from pgqueuer")

    await run_jobs(banyan, sent)
    letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in settings.data.rglob("*.eml")]
    assert len(letters) >= 2
    for letter in letters:
        assert set(letter.keys()) <= {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
                                      "Content-Transfer-Encoding", "MIME-Version", "Content-Language"}  # fmt: skip
        assert len(letter["To"].addresses) == 1
