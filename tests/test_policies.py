"""No route without a policy, and nobody changes anything without having signed in."""

import inspect
from typing import Any

import pytest
from litestar import get

from banyan.app import DOMAINS, Banyan
from banyan.kit.domain import Domain
from banyan.kit.http import api
from banyan.kit.jobs import JobKind, Periodic
from banyan.settings import load
from tests.story import School

# What someone who is not signed in may send, because it is how one comes to be.
OPEN = {
    ("POST", "/api/v1/accounts"),
    ("POST", "/api/v1/accounts/verification"),
    ("POST", "/api/v1/password-resets"),
    ("POST", "/api/v1/password-resets/confirmation"),
    ("POST", "/api/v1/sessions"),
}

LOOKS_CLOSER = ("POST", "/api/v1/tokens")


def handlers() -> list[tuple[str, str, Any]]:
    """Every route as (method, path, handler), but for the OPTIONS that come by themselves."""
    application = Banyan(load({}), "")
    return [
        (method, route.path_format, handler)
        for route in application._api.routes.routes
        if route.path_format.startswith("/api/v1/")
        for handler in route.route_handlers  # type: ignore[union-attr]  # all are HTTP routes
        for method in handler.http_methods
        if method != "OPTIONS"
    ]


def test_every_route_names_a_policy_that_says_who_may() -> None:
    found = handlers()
    assert len(found) > 40
    for method, path, handler in found:
        policy = handler.opt["policy"]
        assert inspect.isfunction(policy), f"{method} {path}"
        assert policy.__module__.endswith(".policy"), f"{method} {path}: {policy.__module__}"
        assert policy.__doc__, f"{policy.__qualname__} does not say who may"


def test_whoever_changes_anything_is_signed_in() -> None:
    changing = {(method, path): handler for method, path, handler in handlers() if method != "GET"}
    without = {key for key, handler in changing.items() if "actor" not in inspect.signature(handler.fn).parameters}
    assert without == OPEN | {LOOKS_CLOSER}


async def test_a_route_that_looks_closer_at_its_visitor_asks_for_an_actor_too(school: School) -> None:
    method, path = LOOKS_CLOSER
    answer = await school.browser().request(method, f"http://{school.host}{path}", json={"name": "mine"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_route_without_a_policy_is_refused() -> None:
    @get("/open")
    async def nobody_thought_of_this() -> None:
        """Nothing."""

    with pytest.raises(TypeError, match="declares no policy"):
        api([Domain("careless", routes=[nobody_thought_of_this])], {}, version="1")


def work_of(domain: Domain) -> list[JobKind[Any] | Periodic]:
    return [*domain.jobs, *domain.periodic]


def test_every_domain_has_a_name_of_its_own_and_so_have_its_jobs() -> None:
    names = [domain.name for domain in DOMAINS]
    assert len(names) == len(set(names))
    work = [entry.name for domain in DOMAINS for entry in work_of(domain)]
    assert len(work) == len(set(work))
    for domain in DOMAINS:
        for entry in work_of(domain):
            assert entry.name.startswith(f"{domain.name}."), entry.name
