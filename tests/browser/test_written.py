"""Names and doses on every page: by the rules, and never cut (CLN-02 to CLN-05).

At 200 % zoom a window of 640 px has 320 CSS px to lay out in and two device pixels for
each: that is how a browser zooms, and how it is tried here (viewport 320, scale 2).
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.web_settings")

import pytest
from tests.browser.conftest import Desk
from tests.browser.roaming import roam
from tests.web.ismp import loose, violations

ACCOUNTS = {
    "ravi": ("/people/",),
    "simon": ("/people/",),
    "helen": ("/people/",),
    "owen": ("/office/",),
    "dana": ("/me/", "/me/medicines/?show=all"),
    "stanislaw": ("/me/", "/me/medicines/?show=all"),
    "kayla": ("/me/", "/me/medicines/?show=all"),
    "ewa": ("/",),
}
# How many pages of one route are read: people differ, and so do their pages.
EACH = 4
# A dose is cut where its box hides a part of it, and torn where it has two lines; a
# name is torn where it breaks inside a word.
_CUT = """() => {
  const bad = [];
  const shown = [...document.querySelectorAll(".name, .amount, h3, h4")]
    .filter((e) => e.checkVisibility() && !e.closest("svg, .visually-hidden"));
  for (const e of shown) {
    const words = e.textContent.trim();
    const say = (why) => bad.push(`${why}: ${words.slice(0, 60)}`);
    const box = e.getBoundingClientRect();
    if (box.right > innerWidth + 1 && !e.closest(".scroll")) say("leaves the window");
    for (let p = e; p && p !== document.body; p = p.parentElement) {
      const look = getComputedStyle(p);
      if (look.textOverflow === "ellipsis") say("ends in dots");
      const hides = ["hidden", "clip"].includes(look.overflowX);
      if (hides && box.right > p.getBoundingClientRect().right + 1) say("is hidden");
    }
    if (e.matches(".amount") && e.getClientRects().length > 1) say("is torn");
    const range = document.createRange();
    const text = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
    while (text.nextNode()) {
      for (const word of text.currentNode.data.matchAll(/[^\\s-]+/g)) {
        range.setStart(text.currentNode, word.index);
        range.setEnd(text.currentNode, word.index + word[0].length);
        const tops = new Set([...range.getClientRects()].map((r) => Math.round(r.top)));
        if (tops.size > 1) say("a word is torn");
      }
    }
  }
  return [...new Set(bad)];
}"""


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_is_written_by_the_rules_and_cuts_no_name_and_no_dose(
    desk: Desk, account: str
) -> None:
    phone = {"viewport": {"width": 320, "height": 800}, "device_scale_factor": 2}
    wrong: list[str] = []
    read = 0
    with desk.window(account, **phone) as window:
        for stop in roam(window, ACCOUNTS[account], set(), each=EACH):
            if stop.status != 200:
                continue
            read += 1
            html = window.page.content()
            wrong += [f"{stop.path}: {found}" for found in violations(html)]
            wrong += [f"{stop.path}: loose: {found}" for found in loose(html)]
            window.page.evaluate(
                "() => document.querySelectorAll('details').forEach("
                "(d) => { d.open = true; })"
            )
            wrong += [f"{stop.path}: {cut}" for cut in window.page.evaluate(_CUT)]
    print(f"{account}: {read} pages")
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
    assert read > 5
