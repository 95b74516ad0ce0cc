"""The views: plain JSON, without a serialiser framework's cost."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bench.baselines.django_app.models import Account, Course, Enrolment, Item, Module, Progress, Staff, Token

View = Callable[..., HttpResponse]

# What a course page shows of a course, in three statements more, whatever its size; the lessons' texts are left out.
_WHOLE = (
    Prefetch("staff", Staff.objects.select_related("account").order_by("role", "account__name")),
    Prefetch("modules", Module.objects.order_by("position")),
    Prefetch("modules__items", Item.objects.defer("source").order_by("position")),
)


def signed_in(view: View) -> View:
    """Give the view the account that the request's token belongs to, or answer 401."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        digest = hashlib.sha256(request.headers.get("authorization", "")[7:].encode()).hexdigest()
        token = Token.objects.select_related("account").filter(digest=digest, expires_at__gt=timezone.now()).first()
        if token is None:
            return JsonResponse({"code": "unauthenticated"}, status=401)
        return view(request, token.account, *args, **kwargs)

    return wrapped


@require_GET
@signed_in
def courses(_request: HttpRequest, _account: Account) -> HttpResponse:
    """The catalogue: its first fifty courses."""
    found = (
        Course.objects.filter(state="published")
        .annotate(lessons=Count("modules__items"))
        .order_by("-published_at", "-id")[:50]
    )
    return JsonResponse({"items": [_card(course) for course in found], "next": None})


@require_GET
@signed_in
def course(_request: HttpRequest, account: Account, course_id: UUID) -> HttpResponse:
    """A course with its outline and the learner's progress."""
    found = get_object_or_404(Course.objects.prefetch_related(*_WHOLE), pk=course_id, state="published")
    enrolment = Enrolment.objects.filter(learner=account, course=found).first()
    now = timezone.now()
    modules = [
        {"id": module.id, "title": module.title, "items": [_item(item, now) for item in module.items.all()]}
        for module in found.modules.all()
    ]
    staff = list(found.staff.all())
    role = next((one.role for one in staff if one.account_id == account.id), "learner" if enrolment else None)
    return JsonResponse(
        {
            "id": found.id,
            "title": found.title,
            "summary": found.summary,
            "cover": found.cover,
            "category": found.category,
            "difficulty": found.difficulty,
            "language": found.language,
            "state": found.state,
            "enrolment": found.enrolment,
            "places": found.places,
            "places_left": None if enrolment else _places_left(found),
            "teachers": [{"id": one.account_id, "name": one.account.name} for one in staff if one.role != "assistant"],
            "version": found.version,
            "role": role,
            "outline": {"revision": found.revision, "modules": modules},
            "progress": _progress(enrolment, [item for module in modules for item in module["items"]]),
            "enrolment_code": None,
            "draft_changes": None,
        }
    )


@require_POST
@signed_in
def enrol(_request: HttpRequest, account: Account, course_id: UUID) -> HttpResponse:
    """Enrol the learner, unless the course is full."""
    try:
        with transaction.atomic():
            found = get_object_or_404(Course.objects.select_for_update(), pk=course_id, state="published")
            if _places_left(found) == 0:
                return JsonResponse({"code": "course_full"}, status=409)
            enrolment = Enrolment.objects.create(learner=account, course=found)
    except IntegrityError:
        return JsonResponse({"code": "already_enrolled"}, status=409)
    return JsonResponse({"course": found.id, "enrolled_at": enrolment.enrolled_at}, status=201)


@require_http_methods(["PUT"])
@signed_in
def progress(request: HttpRequest, account: Account, course_id: UUID, item_id: UUID) -> HttpResponse:
    """Keep the learner's place in an item."""
    sent = json.loads(request.body)
    enrolment = get_object_or_404(Enrolment, learner=account, course_id=course_id)
    get_object_or_404(Item.objects.only("id"), pk=item_id, module__course_id=course_id)
    saved, _ = Progress.objects.update_or_create(
        enrolment=enrolment, item_id=item_id, defaults={"state": sent["state"], "place": sent.get("place", 0)}
    )
    return JsonResponse({"state": saved.state, "place": saved.place})


def _places_left(found: Course) -> int | None:
    if found.places is None:
        return None
    return max(0, found.places - Enrolment.objects.filter(course=found).count())


def _card(found: Any) -> dict[str, Any]:
    names = ("id", "title", "summary", "cover", "category", "difficulty", "language", "revision", "published_at")
    return {name: getattr(found, name) for name in (*names, "enrolment", "places", "lessons")}


def _item(item: Item, now: datetime) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "title": item.title,
        "minutes": item.minutes,
        "release_at": item.release_at,
        "due_at": item.due_at,
        "locked": item.release_at is not None and item.release_at > now,
    }


def _progress(enrolment: Enrolment | None, items: list[dict[str, Any]]) -> dict[str, Any] | None:
    if enrolment is None:
        return None
    rows = list(enrolment.progress.order_by("updated_at").values_list("item_id", "state"))
    states = dict(rows)
    start = next((at for at, item in enumerate(items) if rows and item["id"] == rows[-1][0]), 0)
    ahead = (
        item["id"] for item in items[start:] + items[:start] if not item["locked"] and states.get(item["id"]) != "done"
    )
    done = sum(states.get(item["id"]) == "done" for item in items)
    return {
        "percent": done * 100 // len(items) if items else 0,
        "items": {str(item_id): state for item_id, state in states.items()},
        "continue": next(ahead, None),
        "enrolled_at": enrolment.enrolled_at,
        "completed_at": enrolment.completed_at,
    }
