"""Fetching by HTTP, bounded: ten seconds in all, 1 MiB, no way to another host, nothing but http and https."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

MOST_BYTES = 1024 * 1024
SECONDS = 10.0
MOST_REDIRECTS = 3


class NotFetched(Exception):
    """What is at the address could not be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The body, or `unchanged` (304); and the marks for the next conditional request."""

    body: bytes = b""
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""


def host_of(url: str) -> str:
    """Host and port of an address, lower case; "" when it is none we may ask."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        return ""
    return parts.netloc.lower()


def fetch(url: str, hosts: Collection[str], *, etag: str = "", last_modified: str = "") -> Fetched:
    """GET `url` if its host is one of `hosts`. Raises NotFetched."""
    headers = {"Accept": "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    ends = time.monotonic() + SECONDS
    try:
        with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            for _hop in range(MOST_REDIRECTS + 1):
                if host_of(url) not in hosts:
                    raise NotFetched(f"{host_of(url) or url[:80]} is not one of its hosts")
                with client.stream("GET", url, headers=headers) as answer:
                    if answer.has_redirect_location:
                        url = urljoin(url, answer.headers.get("Location", ""))
                        continue
                    return _read(answer, ends)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
        raise NotFetched(f"{type(fault).__name__}: {fault}"[:200]) from fault
    raise NotFetched(f"more than {MOST_REDIRECTS} redirections")


def _read(answer: httpx.Response, ends: float) -> Fetched:
    if answer.status_code == httpx.codes.NOT_MODIFIED:
        return Fetched(unchanged=True)
    if answer.status_code != httpx.codes.OK:
        raise NotFetched(f"status {answer.status_code}")
    body = bytearray()
    # Decoded as it comes, so that a small answer cannot unpack into a large one.
    for chunk in answer.iter_bytes(16_384):
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotFetched(f"more than {MOST_BYTES} bytes")
        if time.monotonic() > ends:
            raise NotFetched(f"not all there after {SECONDS:.0f} s")
    return Fetched(bytes(body), etag=answer.headers.get("ETag", "")[:300],
                   last_modified=answer.headers.get("Last-Modified", "")[:100])  # fmt: skip
