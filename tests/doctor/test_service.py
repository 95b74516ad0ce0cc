"""No check can stop the others, and each says something."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from banyan.doctor import Check, Installation, UnknownCheck, Verdict, chosen, examine, status_of
from banyan.doctor.absence import NotAnswering
from banyan.doctor.checks import CHECKS, SUBJECTS
from banyan.doctor.model import Look, check, fail, ok, skip, warn, worst
from banyan.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path, database={"url": "postgresql://banyan:Tr33-pass@127.0.0.1:1/banyan"})


async def found(settings: Settings, *looks: Look, seconds: float = 5) -> list[Verdict]:
    checks = [Check(f"test.{number}", "why", look, seconds) for number, look in enumerate(looks)]
    findings = await examine(Installation(settings, settings.database.url), checks)
    assert [each.name for each in findings] == [each.name for each in checks], "in their order"
    return [Verdict(each.verdict, each.found, each.mend) for each in findings]


async def test_a_check_that_breaks_is_a_failure_with_its_error(settings: Settings) -> None:
    async def breaks(_: Installation) -> Verdict:
        raise KeyError("roots")

    async def works(_: Installation) -> Verdict:
        return ok("fine")

    broken, fine = await found(settings, breaks, works)
    assert (broken.word, fine.word) == ("fail", "ok")
    assert "KeyError: 'roots'" in broken.found


async def test_a_database_that_has_not_been_migrated_is_told_as_such(settings: Settings) -> None:
    async def finds_no_table(_: Installation) -> Verdict:
        raise asyncpg.UndefinedTableError('relation "account" does not exist')

    (verdict,) = await found(settings, finds_no_table)
    assert verdict.word == "fail"
    assert "banyan db migrate" in verdict.mend


async def test_a_check_that_takes_too_long_is_a_failure(settings: Settings) -> None:
    async def hangs(_: Installation) -> Verdict:
        await asyncio.Event().wait()
        return ok("never")

    (late,) = await found(settings, hangs, seconds=0.05)
    assert late.word == "fail"
    assert "no verdict within 0.05 s" in late.found


async def test_checks_are_made_side_by_side(settings: Settings) -> None:
    here, there = asyncio.Event(), asyncio.Event()

    def meets(mine: asyncio.Event, other: asyncio.Event) -> Look:
        async def look(_: Installation) -> Verdict:
            mine.set()
            await other.wait()
            return ok("met")

        return look

    assert [each.word for each in await found(settings, meets(here, there), meets(there, here))] == ["ok", "ok"]


async def test_what_cannot_be_seen_is_skipped_and_one_check_tells_why(settings: Settings) -> None:
    findings = await examine(Installation(settings, settings.database.url), chosen(["database", "upkeep", "clocks"]))
    told = {each.name: each for each in findings}
    assert [name for name, each in told.items() if each.verdict == "fail"] == ["database.answers"]
    assert "Connect call failed" in told["database.answers"].found
    assert {each.found for each in findings if each.verdict == "skip"} == {"The database does not answer."}


async def test_no_password_is_shown(settings: Settings) -> None:
    async def tells(_: Installation) -> Verdict:
        return warn("refused: user=banyan password=Tr33-pass; redis://me:else@cache:6379 too", "")

    async def raises(installation: Installation) -> Verdict:
        raise NotAnswering(f"{installation.url} is away")

    shown = " ".join(each.found for each in await found(settings, tells, raises))
    assert "Tr33-pass" not in shown
    assert "else" not in shown
    assert "postgresql://banyan:***@127.0.0.1:1/banyan is away" in shown


def test_the_worst_of_several_looks_counts_and_says_all_that_led_to_it() -> None:
    found = worst(ok("good"), fail("one.", "Mend."), warn("so so.", "Care."), fail("two.", "Mend."))
    assert (found.word, found.found, found.mend) == ("fail", "one. two.", "Mend.")
    assert worst(ok("good"), skip("away")).word == "ok"


async def test_the_exit_status_is_that_of_the_worst(settings: Settings) -> None:
    async def says(verdict: Verdict) -> int:
        @check("test.one", "why")
        async def look(_: Installation) -> Verdict:
            return verdict

        return status_of(await examine(Installation(settings, ""), [look]))

    assert [await says(each) for each in (ok(""), skip(""), warn("", ""), fail("", ""))] == [0, 0, 1, 2]


def test_checks_are_chosen_by_name_or_by_subject() -> None:
    assert list(chosen([])) == list(CHECKS)
    assert [each.name for each in chosen(["mail", "tls.only"])] == ["mail.server", "mail.sender", "tls.only"]
    with pytest.raises(UnknownCheck, match=r"no check tls\.certifcate\. Did you mean tls\.certificate\?"):
        chosen(["tls.certifcate"])
    with pytest.raises(UnknownCheck, match="There are database, indexes"):
        chosen(["zzz"])


def test_each_check_has_a_name_of_its_own_a_reason_and_says_what_it_looks_at() -> None:
    assert len({each.name for each in CHECKS}) == len(CHECKS)
    assert list(dict.fromkeys(each.subject for each in CHECKS)) == list(SUBJECTS), "each subject in one piece"
    assert all(each.why.endswith(".") and each.looks_at.endswith(".") for each in CHECKS)
