"""Take the pictures of the README from a demonstration that runs.

`make demo` in one terminal, `python tools/pictures.py http://127.0.0.1:8000` in
another. The system's Chromium takes them and packs them as WebP.
"""

from __future__ import annotations

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).parents[1] / "docs" / "pictures"
SIZES = ((1280, 900), (390, 844))
QUALITY = 0.8
_PACK = """async ([picture, quality]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def main(address: str) -> None:
    """Take every picture at both sizes."""
    OUT.mkdir(exist_ok=True)
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        for width, height in SIZES:
            page = _signed_in(browser, address, "Dr. Ravi Menon", width, height)
            _take(page, f"panel-{width}")
            page.click("main a:has-text('Okafor') >> nth=0")
            page.wait_for_selector("h1:has-text('Okafor'), [class*=banner]")
            page.wait_for_load_state("networkidle")
            _take(page, f"person-{width}")
            page = _signed_in(browser, address, "Stanisław Kowalczyk", width, height)
            _take(page, f"today-{width}")
            page.goto(f"{address}/me/medicines/")
            _take(page, f"medicines-{width}")
            page = _signed_in(browser, address, "Owen Price", width, height)
            _take(page, f"office-{width}")
        browser.close()


def _signed_in(
    browser: Browser, address: str, who: str, width: int, height: int
) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="light"
    )
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    with page.expect_navigation(url=lambda url: "/login" not in url):
        page.get_by_role("button", name=f"Sign in as {who}").click()
    return page


def _take(page: Page, name: str) -> None:
    """Take what the window shows; a page of our own would forbid the packing."""
    picture = base64.b64encode(page.screenshot()).decode()
    desk = page.context.browser
    assert desk is not None
    packing = desk.new_page()
    packed = packing.evaluate(_PACK, [picture, QUALITY])
    packing.close()
    (OUT / f"{name}.webp").write_bytes(base64.b64decode(packed))


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
