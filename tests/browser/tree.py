"""What a screen reader is given: Chromium's accessibility tree, read as a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# What somebody can press, type in or choose: each needs a name.
CONTROLS = frozenset(
    "button link textbox searchbox combobox checkbox radio spinbutton slider switch"
    " tab menuitem DisclosureTriangle listbox".split()
)


@dataclass(frozen=True)
class Node:
    """One thing in the tree: what it is, its name, and the level of a heading."""

    role: str
    name: str
    level: int = 0


def read(page: Page) -> list[Node]:
    """Return all that is in the tree, in its order."""
    session = page.context.new_cdp_session(page)
    try:
        raw = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    return [_node(one) for one in _in_order(raw) if not one.get("ignored")]


def _in_order(raw: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id = {one["nodeId"]: one for one in raw}
    ordered: list[dict[str, Any]] = []
    waiting = [raw[0]["nodeId"]]
    while waiting:
        one = by_id.get(waiting.pop(0))
        if one is not None:
            ordered.append(one)
            waiting[:0] = one.get("childIds", [])
    return ordered


def _node(one: dict[str, Any]) -> Node:
    told = {p["name"]: p["value"].get("value") for p in one.get("properties", [])}
    role = one.get("role", {}).get("value", "")
    name = one.get("name", {}).get("value", "")
    return Node(str(role), str(name).strip(), int(told.get("level") or 0))


def problems(nodes: list[Node]) -> list[str]:
    """Return what would mislead somebody who hears the page.

    One main, one banner, at least one navigation where somebody is signed in; one
    heading of the first level, and no level left out; a name for every control.
    """
    found = []
    for role in ("main", "banner"):
        count = sum(node.role == role for node in nodes)
        if count != 1:
            found.append(f"{count} {role}, expected 1")
    levels = [node.level for node in nodes if node.role == "heading"]
    if levels.count(1) != 1:
        found.append(f"{levels.count(1)} headings of level 1, expected 1")
    before = 0
    for node in nodes:
        if node.role == "heading":
            if node.level > before + 1:
                found.append(f"heading {node.name!r}: {before} then {node.level}")
            if not node.name:
                found.append("a heading without words")
            before = node.level
    found += [
        f"{n.role} without a name" for n in nodes if n.role in CONTROLS and not n.name
    ]
    return found


def names(nodes: list[Node], role: str) -> list[str]:
    """Return the names of everything of a role."""
    return [node.name for node in nodes if node.role == role]
