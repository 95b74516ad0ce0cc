"""Publishing: from then on learners read what the draft was at that moment."""

import asyncio
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from tests.revisions import desk
from tests.story import Course, School, published_course

_WAITS = """
    select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())
"""


async def test_the_first_publication_is_revision_one_by_its_author(school: School) -> None:
    teacher = await school.teacher("Ada")
    course = await published_course(teacher, publish=False)
    answer = await teacher.post(f"{course.path}/revisions", {"note": "Here it is"})
    assert answer.status_code == 201
    revision = answer.json()
    assert revision.pop("created_at")
    assert revision == {
        "number": 1, "author": {"id": str(teacher.id), "name": "Ada"}, "note": "Here it is", "title": "Trees",
    }  # fmt: skip
    published = await desk.read(school, course)
    assert (published.revision, published.title, published.state) == (1, "Trees", "published")
    assert [str(item.id) for item in published.items] == course.items
    assert [person.name for person in published.teachers] == ["Ada"]
    assert published.staff == {teacher.id: "owner"}


async def test_learners_keep_reading_the_old_revision_until_the_next(school: School) -> None:
    course = await published_course(await school.teacher())
    before = await desk.page(school, course, course.items[0])
    await desk.edit(course, course.items[0], source="# New\n\nBetter text.")
    assert await desk.page(school, course, course.items[0]) == before
    await course.publish()
    after = await desk.page(school, course, course.items[0])
    assert "Better text." in after.html
    assert [heading.title for heading in after.toc] == ["New"]


async def test_settings_that_learners_see_wait_for_publication_and_those_of_enrolment_do_not(school: School) -> None:
    course = await published_course(await school.teacher())
    await desk.change(course, title="Bushes", places=7, enrolment="staff")
    published = await desk.read(school, course)
    assert (published.title, published.places, published.enrolment) == ("Trees", 7, "staff")
    [card] = (await school.browser().get("/courses")).json()["items"]
    assert (card["title"], card["places_left"], card["enrolment"]) == ("Trees", 7, "staff")
    await course.publish()
    assert (await desk.read(school, course)).title == "Bushes"


async def test_publishing_twice_without_a_change_between_is_refused(school: School) -> None:
    course = await published_course(await school.teacher())
    answer = await course.publish()
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_publish")
    await desk.edit(course, course.items[0], title="Other")
    await desk.edit(course, course.items[0], title="Lesson 1.1")
    answer = await course.publish()
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_publish"), "an edit and its undoing"


async def test_an_empty_course_cannot_be_published(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=0, publish=False)
    answer = await course.publish()
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_in_it")


async def test_what_has_not_changed_is_not_rendered_again(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=3)
    before = {str(item.id): item.digest for item in (await desk.read(school, course)).items}
    await desk.edit(course, course.items[1], source="Another text.")
    await course.publish()
    after = {str(item.id): item.digest for item in (await desk.read(school, course)).items}
    assert [item for item in course.items if before[item] != after[item]] == [course.items[1]]
    assert await _count(school, "rendition", course) == 4


async def test_items_with_the_same_text_share_their_page(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=3, source="The same.")
    assert await _count(school, "rendition", course) == 1


async def test_items_keep_their_ids_through_revisions(school: School) -> None:
    course = await published_course(await school.teacher())
    await desk.edit(course, course.items[0], title="Renamed", source="Rewritten.")
    await course.publish()
    assert [str(item.id) for item in (await desk.read(school, course)).items] == course.items


async def test_a_link_to_another_item_leads_there_until_that_is_deleted(school: School) -> None:
    course = await published_course(await school.teacher())
    first, second = course.items
    await desk.edit(course, first, source=f"Go [on](item:{second}).")
    await course.publish()
    assert f'href="/courses/{course.id}/items/{second}"' in (await desk.page(school, course, first)).html
    await course.teacher.delete(f"/items/{second}")
    await course.publish()
    page = await desk.page(school, course, first)
    assert "href" not in page.html
    assert "broken-link" in page.html


async def test_publishing_costs_the_same_number_of_statements_for_2_items_and_200(
    school: School, statements: list[str]
) -> None:
    teacher = await school.teacher()
    counts = []
    for lessons in (2, 200):
        course = await published_course(teacher, lessons=0, publish=False)
        await _fill(school, course, lessons)
        statements.clear()
        assert (await course.publish()).status_code == 201
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20


async def test_publications_at_the_same_time_number_their_revisions_without_gaps(school: School) -> None:
    course = await published_course(await school.teacher())
    for round_number in range(3):
        await desk.edit(course, course.items[0], title=f"Title {round_number}")
        answers = await asyncio.gather(*(course.publish() for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    numbers = [
        revision["number"] for revision in (await course.teacher.get(f"{course.path}/revisions")).json()["items"]
    ]
    assert numbers == [4, 3, 2, 1]


async def test_publishing_while_others_write_never_brings_back_an_older_draft(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=4)

    async def write(item: str) -> None:
        for number in range(6):
            await desk.edit(course, item, source=f"Text {number}. " + "word " * 600)

    async def publish() -> None:
        for _ in range(6):
            assert (await course.publish()).status_code in (201, 409)

    await asyncio.gather(*(write(item) for item in course.items), publish(), publish())
    await course.publish()
    for item in course.items:
        assert "Text 5." in (await desk.page(school, course, item)).html
    seen = [
        [int(document["source"].removeprefix("Text ")[0]) if document["source"].startswith("Text") else -1
         for document in revision]
        for revision in await _sources(school, course)
    ]  # fmt: skip
    for older, newer in pairwise(seen):
        assert all(before <= after for before, after in zip(older, newer, strict=True))


async def test_what_is_saved_while_a_publication_waits_for_its_turn_is_published(school: School) -> None:
    course = await published_course(await school.teacher(), source="Old text.")
    await desk.edit(course, course.items[0], title="Changed")
    async with school.banyan.kit.db.write() as tx:
        await tx.execute("select 1 from course where id = $1 for update", UUID(course.id))
        publishing = asyncio.create_task(course.publish())
        while not await _someone_waits(school):
            assert not publishing.done()
        await tx.execute(
            "update item set source = 'New text.', version = version + 1 where id = $1", UUID(course.items[0])
        )
    assert (await publishing).status_code == 201
    assert "New text." in (await desk.page(school, course, course.items[0])).html


async def test_a_publication_is_seen_at_once(school: School) -> None:
    course = await published_course(await school.teacher())
    for number in range(3):
        assert (await desk.read(school, course)).revision == number + 1
        await desk.edit(course, course.items[0], title=f"Title {number}")
        await course.publish()


async def test_the_titles_of_lessons_are_searched_once_published(school: School) -> None:
    course = await published_course(await school.teacher())
    await desk.edit(course, course.items[0], title="Photosynthesis")
    visitor = school.browser()
    assert (await visitor.get("/courses?q=photos")).json()["items"] == []
    await course.publish()
    assert [card["id"] for card in (await visitor.get("/courses?q=photos")).json()["items"]] == [course.id]


async def test_an_idempotent_publication_is_done_once(school: School) -> None:
    course = await published_course(await school.teacher(), publish=False)
    answers = [
        await course.teacher.post(f"{course.path}/revisions", {}, headers={"idempotency-key": "once"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("body", [{"note": "x" * 2001}, {"note": 1}, {"note": "\0"}, {"other": 1}, [], None])
async def test_a_body_of_the_wrong_shape_is_refused(school: School, body: Any) -> None:
    course = await published_course(await school.teacher(), publish=False)
    answer = await course.teacher.post(f"{course.path}/revisions", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def _someone_waits(school: School) -> bool:
    db = school.banyan.kit.db
    if db.primary.sharded:  # on the node where the row is
        everywhere = f"select bool_or(result::boolean) as waits from run_command_on_all_nodes($$ {_WAITS} $$)"  # noqa: S608
        return await db.read().one(bool, everywhere)
    return await db.read().one(bool, _WAITS)


async def _count(school: School, table: str, course: Course) -> int:
    return await school.banyan.kit.db.read().one(
        int, f"select count(*) from {table} where course_id = $1", UUID(course.id)  # noqa: S608 -- a test's own words
    )  # fmt: skip


async def _sources(school: School, course: Course) -> list[list[Any]]:
    """The stored page of each item, in every revision from the first on."""
    return await school.banyan.kit.db.read().all(
        list,
        """
        select (select jsonb_agg(d.document order by m.place, i.place)
                  from jsonb_array_elements(r.outline -> 'modules') with ordinality as m (module, place),
                       jsonb_array_elements(m.module -> 'items') with ordinality as i (item, place)
                  join rendition d on d.course_id = $1 and d.digest = decode(i.item ->> 'digest', 'hex'))
          from revision r
         where r.course_id = $1
         order by r.number
        """,
        UUID(course.id),
    )


async def _fill(school: School, course: Course, lessons: int) -> None:
    async with school.banyan.kit.db.write() as tx:
        await tx.execute(
            """
            insert into item (id, course_id, module_id, position, kind, title, source)
            select gen_random_uuid(), $1, $2, n, 'lesson', 'Lesson ' || n, '# Lesson ' || n
              from generate_series(1, $3::integer) n
            """,
            UUID(course.id),
            UUID(course.modules[0]),
            lessons,
        )
