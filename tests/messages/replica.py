"""What a client keeps of a group, and how events bring it up to date: docs/realtime.md in Python.

It knows nothing of the server but what that page says. Every rule says how things are and not by how much they changed,
so that an event which is applied twice, or which the fetch had seen already, changes nothing.
"""

from collections.abc import Callable
from typing import Any

__all__ = ["RULES", "State", "apply", "pins", "replica"]

State = dict[str, Any]
_LONGEST_QUOTE = 200


def replica(messages: list[Any], members: list[Any] | None = None, group: Any = None) -> State:
    """What was fetched: the messages of a history, who is in the group, and the group itself."""
    return {
        "messages": {message["seq"]: message for message in messages},
        "members": {member["account"]["id"]: member for member in members or []},
        "group": group or {},
    }


def pins(state: State) -> list[Any]:
    """The pinned messages, the newest first."""
    return [message for _, message in sorted(state["messages"].items(), reverse=True) if message["pinned"]]


def apply(state: State, kind: str, seq: int, data: Any) -> None:
    """Let a state know what happened."""
    RULES[kind](state, data, seq)


def _said(state: State, data: Any, seq: int) -> None:
    assert data["seq"] == seq
    state["messages"][seq] = data


def _edited(state: State, data: Any, _seq: int) -> None:
    state["messages"][data["seq"]] = data
    _requote(state, data["seq"], data["text"][:_LONGEST_QUOTE], deleted=False)


def _deleted(state: State, data: Any, _seq: int) -> None:
    gone = {"text": "", "html": "", "files": [], "mentions": [], "reactions": [], "pinned": False}
    state["messages"][data["seq"]] |= {**gone, "deleted_at": data["at"]}
    _requote(state, data["seq"], "", deleted=True)


def _requote(state: State, seq: int, text: str, *, deleted: bool) -> None:
    for message in state["messages"].values():
        if message["reply_to"] == seq:
            message["quoted"] |= {"text": text, "deleted": deleted}


def _reacted(state: State, data: Any, _seq: int) -> None:
    message = state["messages"][data["seq"]]
    who = {one["emoji"]: set(one["accounts"]) for one in message["reactions"]}
    those = who.setdefault(data["emoji"], set())
    (those.add if data["added"] else those.discard)(data["author"]["id"])
    message["reactions"] = [{"emoji": emoji, "accounts": sorted(who[emoji])} for emoji in sorted(who) if who[emoji]]


def _pinned(state: State, data: Any, _seq: int) -> None:
    state["messages"][data["seq"]]["pinned"] = data["pinned"]


def _member(state: State, data: Any, _seq: int) -> None:
    member = data["member"]
    state["members"][member["account"]["id"]] = member
    for message in state["messages"].values():
        for said in (message, message["quoted"]):
            if said and said["author"]["id"] == member["account"]["id"]:
                said["author"] = member["account"]


def _left(state: State, data: Any, _seq: int) -> None:
    state["members"].pop(data["account_id"], None)


def _group(state: State, data: Any, _seq: int) -> None:
    state["group"] |= data["group"]


RULES: dict[str, Callable[[State, Any, int], None]] = {
    "message": _said,
    "message_edited": _edited,
    "message_deleted": _deleted,
    "reaction": _reacted,
    "pin": _pinned,
    "member_joined": _member,
    "member_changed": _member,
    "member_left": _left,
    "group_changed": _group,
}
