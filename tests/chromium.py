"""A real browser for tests: headless Chromium, its pages, and what they must not do."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "about:")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real headless Chromium."""
    # Playwright keeps an event loop in this thread; the tests' own database calls are not inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def watched(page: Page) -> Page:
    """Let `page` remember requests to anywhere else, script errors and refused content: `strays`, `faults`."""
    strays: list[str] = []
    faults: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(LOCAL):
            strays.append(request.url)

    def failed(fault: Error) -> None:
        faults.append(str(fault))

    def said(line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            faults.append(line.text)

    page.on("request", asked)
    page.on("pageerror", failed)
    page.on("console", said)
    page.strays, page.faults = strays, faults  # type: ignore[attr-defined]
    return page
