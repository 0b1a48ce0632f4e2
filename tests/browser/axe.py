"""Running axe-core in a page, wide and narrow, light and dark."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.browser.conftest import Window, axe_source

WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
TAGS = (
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"
)  # fmt: skip
_RUN = """(tags) => axe.run(document, {
  runOnly: tags, resultTypes: ["violations"], preload: false,
}).then((found) => found.violations.map((v) => [v.id, v.nodes.length,
  v.nodes.slice(0, 3).map((n) => [n.target.join(" "),
    (n.any.concat(n.all, n.none)[0] || {}).message, n.html.slice(0, 160)])]))"""
# Room that the page's own width does not hold; a scroll box of its own may.
_WIDE = """() => document.documentElement.scrollWidth - window.innerWidth"""


@dataclass
class Report:
    """What was looked at, and what was found there."""

    source: str = field(default_factory=axe_source)
    states: int = 0
    runs: int = 0
    found: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def look(self, window: Window, name: str) -> None:
        """Run axe-core on what a window shows, in every width and scheme."""
        page = window.page
        self.states += 1
        page.evaluate(self.source)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate(_WIDE)
            if over > 0:
                self._add(name, f"wider than the window by {over} px", f"{width}")
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                self.runs += 1
                for rule, count, nodes in page.evaluate(_RUN, list(TAGS)):
                    self._add(name, f"{rule} ({count}): {nodes}", f"{width} {scheme}")
        page.emulate_media(color_scheme="light")

    def _add(self, name: str, words: str, where: str) -> None:
        self.found.setdefault(name, {}).setdefault(words, []).append(where)
