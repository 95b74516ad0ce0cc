"""Every statement about a course as such: its settings and its staff."""

from uuid import UUID

import msgspec

from banyan.courses.model import CourseHead, Difficulty, StaffRole
from banyan.kit.database import Reader, Writer

__all__ = [
    "Standing",
    "add_course",
    "change_course",
    "count_up",
    "courses_to_purge",
    "delete_course",
    "head",
    "head_by_code",
    "lock_course",
    "lock_to_purge",
    "mark_published",
    "purge_course",
    "purge_items",
    "purge_modules",
    "put_staff",
    "remove_staff",
    "rename_staff",
    "restore_course",
    "staff",
    "standing",
]

_HEAD = """
    select c.id, c.school_id, c.title, c.summary, c.cover_id, f.name as cover_name, c.category, c.difficulty,
           c.language, c.state, c.enrolment, c.enrolment_code, c.places, c.version, c.created_at,
           c.deleted_at is not null as deleted,
           coalesce((select jsonb_object_agg(s.account_id, s.role) from course_staff s where s.course_id = c.id),
                    '{}') as staff,
           coalesce((select jsonb_agg(jsonb_build_object('id', s.account_id, 'name', s.name)
                                      order by s.role = 'teacher', s.name, s.account_id)
                       from course_staff s
                      where s.course_id = c.id and s.role in ('owner', 'teacher')), '[]') as teachers
      from course c
      left join file f on f.id = c.cover_id
"""


class Standing(msgspec.Struct, frozen=True):
    """How a course stands with its learners: the revision they read, 0 when there is none, and the places taken."""

    revision: int
    taken: int


class StaffRow(msgspec.Struct, frozen=True):
    """Someone on the staff."""

    account_id: UUID
    name: str
    email: str
    role: StaffRole


async def head(db: Reader, course_id: UUID) -> CourseHead:
    """A course's settings and staff, also of one that is deleted."""
    return await db.one(CourseHead, f"{_HEAD} where c.id = $1", course_id)


async def head_by_code(db: Reader, school_id: UUID, code: str) -> CourseHead | None:
    """The published course of a school that one enters with this code."""
    return await db.maybe(
        CourseHead,
        f"""
        {_HEAD}
         where c.school_id = $1 and c.enrolment_code = $2
           and c.enrolment = 'code' and c.state = 'published' and c.deleted_at is null
        """,
        school_id,
        code,
    )


class _Owned(msgspec.Struct, frozen=True):
    id: UUID
    title: str


async def owned(db: Reader, account_id: UUID) -> dict[str, UUID]:
    """The courses that someone owns by their titles, also those in the bin."""
    rows = await db.all(
        _Owned,
        """
        select c.id, c.title from course_staff s join course c on c.id = s.course_id
         where s.account_id = $1 and s.role = 'owner'
        """,
        account_id,
    )
    return {row.title: row.id for row in rows}


async def lock_course(tx: Writer, course_id: UUID) -> None:
    """Keep a course from other changes until the commit."""
    await tx.one(UUID, "select id from course where id = $1 for update", course_id)


async def standing(db: Reader, course_id: UUID) -> Standing:
    """How a course stands with its learners."""
    return await db.one(
        Standing,
        """
        select coalesce((select revision from publication where course_id = $1), 0) as revision,
               coalesce((select taken from places where course_id = $1), 0) as taken
        """,
        course_id,
    )


async def add_course(
    tx: Writer,
    course_id: UUID,
    school_id: UUID,
    *,
    title: str,
    summary: str,
    category: str,
    difficulty: Difficulty | None,
    language: str,
) -> None:
    """A new course, a draft without contents."""
    await tx.execute(
        """
        insert into course (id, school_id, title, summary, category, difficulty, language)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        course_id,
        school_id,
        title,
        summary,
        category,
        difficulty,
        language,
    )


async def change_course(tx: Writer, course: CourseHead) -> None:
    """Store a course's settings as they are in `course`, and count its version up."""
    await tx.execute(
        """
        update course
           set title = $2, summary = $3, cover_id = $4, category = $5, difficulty = $6, language = $7, state = $8,
               enrolment = $9, enrolment_code = $10, places = $11, version = version + 1
         where id = $1
        """,
        course.id,
        course.title,
        course.summary,
        course.cover_id,
        course.category,
        course.difficulty,
        course.language,
        course.state,
        course.enrolment,
        course.enrolment_code,
        course.places,
    )


async def mark_published(tx: Writer, course_id: UUID) -> None:
    """Its learners may see the course."""
    await tx.execute("update course set state = 'published' where id = $1", course_id)


async def count_up(tx: Writer, course_id: UUID) -> None:
    """Count a course's version up: the order of its draft is another one."""
    await tx.execute("update course set version = version + 1 where id = $1", course_id)


async def delete_course(tx: Writer, course_id: UUID) -> None:
    """Put a course into the bin."""
    await tx.execute("update course set deleted_at = now() where id = $1 and deleted_at is null", course_id)


async def restore_course(tx: Writer, course_id: UUID) -> None:
    """Take a course out of the bin."""
    await tx.execute("update course set deleted_at = null where id = $1", course_id)


async def courses_to_purge(db: Reader) -> list[UUID]:
    """The courses that have been in the bin for 30 days."""
    return await db.all(
        UUID, "select id from course where deleted_at < now() - interval '30 days' order by deleted_at limit 1000"
    )


async def lock_to_purge(tx: Writer, course_id: UUID) -> UUID | None:
    """The school of a course that has been in the bin for 30 days, kept there until the commit."""
    return await tx.maybe(
        UUID,
        "select school_id from course where id = $1 and deleted_at < now() - interval '30 days' for update",
        course_id,
    )


async def purge_course(tx: Writer, course_id: UUID) -> None:
    """Delete a course with all that it holds."""
    await tx.execute("delete from course where id = $1", course_id)


async def purge_modules(tx: Writer) -> None:
    """Delete the modules that have been in the bin for 30 days, with all that they hold."""
    await tx.execute("delete from module where deleted_at < now() - interval '30 days'")


async def purge_items(tx: Writer) -> None:
    """Delete the items that have been in the bin for 30 days."""
    await tx.execute("delete from item where deleted_at < now() - interval '30 days'")


async def staff(db: Reader, course_id: UUID) -> list[StaffRow]:
    """The staff of a course: owners, teachers, assistants, each by name."""
    return await db.all(
        StaffRow,
        """
        select account_id, name, email, role
          from course_staff
         where course_id = $1
         order by array_position(array['owner', 'teacher', 'assistant'], role), name, account_id
        """,
        course_id,
    )


async def put_staff(tx: Writer, course_id: UUID, account_id: UUID, role: StaffRole, *, name: str, email: str) -> None:
    """Give someone a role in the staff of a course."""
    await tx.execute(
        """
        insert into course_staff (course_id, account_id, role, name, email) values ($1, $2, $3, $4, $5)
            on conflict (course_id, account_id) do update
           set role = excluded.role, name = excluded.name, email = excluded.email
        """,
        course_id,
        account_id,
        role,
        name,
        email,
    )


async def remove_staff(tx: Writer, course_id: UUID, account_id: UUID) -> int:
    """Take someone off the staff of a course; 0 if they were not on it."""
    return await tx.execute("delete from course_staff where course_id = $1 and account_id = $2", course_id, account_id)


async def rename_staff(tx: Writer, account_id: UUID, name: str, email: str) -> None:
    """Bring a new name or address to all courses in which someone is on the staff."""
    await tx.execute("update course_staff set name = $2, email = $3 where account_id = $1", account_id, name, email)
