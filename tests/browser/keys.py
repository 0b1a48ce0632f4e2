"""Working by the keyboard alone, with the focus looked at after every key."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Window

_FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect();
  const look = getComputedStyle(e);
  return {
    tag: e.tagName.toLowerCase(), name: e.getAttribute("name") || "", id: e.id,
    value: e.value || "",
    words: (e.labels && e.labels.length ? e.labels[0].innerText : e.innerText || "")
      .trim().replace(/\\s+/g, " "),
    visible: e.matches(":focus-visible"),
    outlined: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0
      && box.left < innerWidth && box.width > 0 && box.height > 0,
  };
}"""


class TrappedError(AssertionError):
    """The focus did not come where it should."""


def focus(window: Window) -> dict[str, Any]:
    """Return what has the focus; it must be marked and in sight."""
    # A page may scroll smoothly, or be swapped, for a moment.
    window.page.wait_for_function("() => document.activeElement !== document.body")
    found: dict[str, Any] = window.page.evaluate(_FOCUS)
    return found


def tab(window: Window, *, back: bool = False) -> dict[str, Any]:
    """Press Tab once; what has the focus then is outlined and in the window."""
    window.page.keyboard.press("Shift+Tab" if back else "Tab")
    found: dict[str, Any] | None = window.page.evaluate(_FOCUS)
    if found is None:
        return {"tag": "body", "words": "", "name": "", "id": "", "value": ""}
    assert found["visible"], found
    assert found["outlined"], found
    assert found["inside"], found
    return found


def tab_to(
    window: Window, words: str = "", *, name: str = "", most: int = 150
) -> dict[str, Any]:
    """Press Tab until something with these words, or this field, has the focus."""
    went: list[str] = []
    for _ in range(most):
        found = tab(window)
        of_field = (
            not name or found["name"] == name or found["name"].endswith(f"-{name}")
        )
        if (
            of_field
            and words.casefold() in found["words"].casefold()
            and (name or found["words"])
        ):
            return found
        went.append(found["words"][:25] or found["name"] or found["tag"])
    msg = f"{words or name}: not reached; went over {went}"
    raise TrappedError(msg)


def type_into(window: Window, name: str, text: str) -> None:
    """Go to a field and write in it."""
    tab_to(window, name=name)
    window.page.keyboard.press("ControlOrMeta+a")
    window.page.keyboard.type(text)


def pick(window: Window, name: str, beginning: str) -> None:
    """Go to a list of choices and choose by its first letters."""
    tab_to(window, name=name)
    window.page.keyboard.type(beginning)


def option(window: Window, name: str, value: str) -> None:
    """Go to a group of radio buttons and choose one by the arrow keys."""
    found = tab_to(window, name=name)
    page = window.page
    if found["value"] == value:
        page.keyboard.press("Space")
        return
    for _ in range(30):
        page.keyboard.press("ArrowDown")
        if page.evaluate("() => document.activeElement.value") == value:
            return
    msg = f"{name}: {value} not reached by the arrow keys"
    raise TrappedError(msg)
