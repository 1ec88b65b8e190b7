"""`make screens`: the main screens into docs/screens/, Chinese and English, desktop and phone, light and dark."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import CHROMIUM, FLAGS
from tests.journeys.helping import PASSWORD, ask, frame, printed_account, send
from tests.journeys.house import ROOT, House

FOLDER = ROOT / "docs" / "screens"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
# name, who looks, address, sizes
SCREENS = (
    ("login", "", "/login", ("desktop", "phone")),
    ("desk", "duty", "/desk/", ("desktop", "phone")),
    ("case", "duty", "case", ("desktop", "phone")),
    ("alarms", "duty", "/lists/networked_alarms.alarm/", ("desktop", "phone")),
    ("programme", "leader", "/programmes/demo-2026/?as_of=2026-05-20", ("desktop", "phone")),
    ("programme-2015", "leader", "/programmes/chizhou-333/", ("desktop",)),
    ("assets", "technician", "/lists/registers.assets/", ("desktop", "phone")),
    ("adopt", "technician", "/lists/devices.adoption/", ("desktop",)),
    ("home", "technician", "/home/", ("desktop", "phone")),
    ("health", "admin", "/admin/health/", ("desktop",)),
)
# Every screen in both languages and themes would be eighty pictures; these are taken in all forms, the rest once.
IN_ALL_FORMS = ("desk", "case", "programme")


def main() -> None:
    """Open a house, ring an alarm, take the pictures."""
    folder = Path(tempfile.mkdtemp())
    house = House(folder / "var").start()
    try:
        send(house, frame(printed_account(house, "plain"), 1200, "1120 01 003"))
        send(house, frame(printed_account(house, "unknown"), 7, "1120 01 003"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            FOLDER.mkdir(exist_ok=True)
            for screen in SCREENS:
                _take(browser, house, *screen)
            browser.close()
    finally:
        house.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _take(browser: Browser, house: House, name: str, user: str, path: str, sizes: tuple[str, ...]) -> None:
    address = _case(house) if path == "case" else path
    for size in sizes:
        for language, theme in _forms(name):
            width, height = SIZES[size]
            context = browser.new_context(
                base_url=house.address,
                viewport={"width": width, "height": height},
                locale="zh-CN" if language == "zh" else "en-GB",
                color_scheme=theme,
            )
            context.add_cookies(
                [
                    {"name": "linli_language", "value": "zh-hans" if language == "zh" else "en", "url": house.address},
                    {"name": "linli_theme", "value": theme, "url": house.address},
                ]
            )
            page = context.new_page()
            if user:
                _log_in(page, user)
                context.add_cookies(
                    [
                        {
                            "name": "linli_language",
                            "value": "zh-hans" if language == "zh" else "en",
                            "url": house.address,
                        },
                        {"name": "linli_theme", "value": theme, "url": house.address},
                    ]
                )
            page.goto(address)
            page.wait_for_timeout(2500)
            page.screenshot(path=FOLDER / f"{name}-{size}-{language}-{theme}.png")
            print(f"{name} {size} {language} {theme}", flush=True)
            context.close()


def _forms(name: str) -> list[tuple[str, str]]:
    if name in IN_ALL_FORMS:
        return [(language, theme) for language in ("zh", "en") for theme in ("light", "dark")]
    return [("zh", "light"), ("en", "dark")]


def _log_in(page: Page, user: str) -> None:
    page.goto("/login")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def _case(house: House) -> str:
    found = ask(
        house,
        "from linli.cases.models import Case\n"
        "print(json.dumps(str(Case.objects.filter(kind_id='networked_alarms.alarm')"
        ".order_by('-opened_at')[0].pk)))",
    )
    return f"/cases/{found}/"


if __name__ == "__main__":
    main()
