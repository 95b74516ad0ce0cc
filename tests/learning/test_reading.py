"""Opening a course and reading it."""

from datetime import UTC, datetime, timedelta

from tests.story import School, published_course


async def test_one_answer_has_the_course_its_outline_and_the_progress(school: School) -> None:
    course = await published_course(await school.teacher("Ada"), modules=2)
    learner = await school.learner()
    await course.enrol(learner)
    await course.done(learner, course.items[0])
    page = (await learner.get(course.path)).json()
    assert (page["title"], page["role"]) == ("Trees", "learner")
    assert [teacher["name"] for teacher in page["teachers"]] == ["Ada"]
    assert page["outline"]["revision"] == 1
    items = [item for module in page["outline"]["modules"] for item in module["items"]]
    assert [item["id"] for item in items] == course.items
    assert page["progress"]["percent"] == 25
    assert page["progress"]["items"] == {course.items[0]: "done"}
    assert page["progress"]["continue"] == course.items[1]


async def test_a_visitor_sees_the_outline_but_no_lesson(school: School) -> None:
    course = await published_course(await school.teacher())
    visitor = school.browser()
    page = (await visitor.get(course.path)).json()
    assert page["progress"] is None
    assert len(page["outline"]["modules"][0]["items"]) == 2
    assert (await visitor.get(f"{course.path}/items/{course.items[0]}")).status_code == 401
    stranger = await school.learner()
    refused = await stranger.get(f"{course.path}/items/{course.items[0]}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_enrolled")


async def test_a_lesson_knows_its_neighbours_and_the_place(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=3)
    learner = await school.learner()
    await course.enrol(learner)
    first, second, third = course.items
    await learner.put(f"{course.path}/items/{second}/progress", {"state": "started", "place": 0.4})
    page = (await learner.get(f"{course.path}/items/{second}")).json()
    assert (page["previous"]["id"], page["next"]["id"]) == (first, third)
    assert (page["state"], round(page["place"], 3)) == ("started", 0.4)
    assert "<p>Text.</p>" in page["html"]
    assert (await learner.get(course.path)).json()["progress"]["continue"] == second


async def test_a_draft_is_seen_by_its_staff_only(school: School, other_school: School) -> None:
    course = await published_course(await school.teacher(), publish=False)
    assert (await course.teacher.get(f"{course.path}?draft=true")).status_code == 200
    page = (await course.teacher.get(course.path)).json()
    assert (page["role"], page["state"], page["outline"]) == ("owner", "draft", {"revision": 0, "modules": []})
    for someone in (await school.learner(), await school.teacher(), await other_school.admin()):
        assert (await someone.get(course.path)).status_code == 404
        assert (await someone.get(f"{course.path}?draft=true")).status_code == 404


async def test_learners_keep_the_old_revision_until_the_next_is_published(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    path = f"{course.path}/items/{course.items[0]}"
    draft = (await course.teacher.get(f"{path}?draft=true")).json()
    await course.teacher.patch(f"/items/{course.items[0]}", {"version": draft["version"], "source": "New words."})
    assert "Text." in (await learner.get(path)).json()["html"]
    assert (await course.publish()).status_code == 201
    page = (await learner.get(path)).json()
    assert ("New words." in page["html"], page["revision"]) == (True, 2)


async def test_what_opens_later_is_told_and_closed(school: School) -> None:
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    course = await published_course(await school.teacher(), release_at=later)
    learner = await school.learner()
    await course.enrol(learner)
    page = (await learner.get(course.path)).json()
    assert all(item["locked"] for item in page["outline"]["modules"][0]["items"])
    assert page["progress"]["continue"] is None
    closed = await learner.get(f"{course.path}/items/{course.items[0]}")
    assert (closed.status_code, closed.json()["code"]) == (403, "not_released")
    assert (await course.done(learner, course.items[0])).status_code == 403
    assert (await course.teacher.get(f"{course.path}/items/{course.items[0]}")).status_code == 200


async def test_the_course_page_costs_the_same_for_2_items_and_200(school: School, statements: list[str]) -> None:
    learner = await school.learner()
    counts = []
    for lessons in (2, 50):
        course = await published_course(await school.teacher(), lessons=lessons, modules=1 if lessons == 2 else 4)
        await course.enrol(learner)
        await course.done(learner, course.items[0])
        for pages in ([course.path], [f"{course.path}/items/{course.items[1]}"], ["/enrolments"], ["/timeline"]):
            school.banyan.kit.cache.clear()
            statements.clear()
            for page in pages:
                assert (await learner.get(page)).status_code == 200
            cold = len(statements)
            statements.clear()
            for page in pages:
                await learner.get(page)
            counts.append((lessons, pages[0].rpartition("/")[2][:8], cold, len(statements)))
    small, large = counts[:4], counts[4:]
    assert [row[2:] for row in small] == [row[2:] for row in large]
    assert [row[3] for row in small] == [1, 1, 1, 1]


async def test_the_same_document_is_not_sent_twice(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    for path in (course.path, f"{course.path}/items/{course.items[0]}"):
        first = await learner.get(path)
        again = await learner.client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "private" in again.headers["cache-control"]
    await course.done(learner, course.items[0])
    changed = await learner.client.get(course.path, headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
