"""How a text is translated: by a server that speaks as LibreTranslate does, or not at all."""

import json
import time
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from servicebalie.core.web_addresses import Networks
from servicebalie.worker.outgoing import guarded_session
from servicebalie.worker.transports import NotSent

TIMEOUT = (5.0, 45.0)
"""Seconds to connect, and seconds between two parts of an answer: a small machine thinks long."""

LONGEST_ANSWER_SECONDS = 90.0
"""Both questions to a server together stay within the lease of a delivery."""

LARGEST_ANSWER = 1 << 18
"""Bytes; the translation of the longest message, every letter written as an escape, has less."""

LONGEST_TRANSLATION = 16_000
"""Letters; four times the longest message."""

LANGUAGES_KEPT_SECONDS = 3600.0

_OTHER_CODES: Mapping[str, tuple[str, ...]] = {
    "fil": ("tl",),
    "no": ("nb",),
    "prs": ("fa",),
    "pt": ("pt-BR", "pb"),
    "zh": ("zh-Hans", "zh-Hant", "zt"),
}
"""Codes that servers have, besides ours, for languages of our list or ones that are written nearly alike."""

_REASONS: Mapping[int, Mapping[bytes, str]] = {
    400: {b"exceeds text limit": "translator-text-too-long", b"API key": "translator-key"},
    403: {b"API key": "translator-key"},
}
"""Words by which LibreTranslate tells what one status stands for, and our codes for it."""


class Translator(Protocol):
    """Translates texts; `engine` tells people which program does it, and where."""

    engine: str

    def translate(self, text: str, source: str, target: str) -> str | None:
        """Return a text in another language, or None when this pair of languages is not offered.

        Raises `NotSent`.
        """


class LibreTranslate:
    """A server that speaks as LibreTranslate 1.3 and later do (`/languages`, `/translate`).

    Which pairs of languages it translates is asked once an hour. It is not followed to another address: the
    texts are for the server that was named.
    """

    def __init__(self, url: str, key: str | None, allowed: Networks = ()) -> None:
        self.engine = f"LibreTranslate, {urlsplit(url).hostname}"
        self._url = url
        self._key = {"api_key": key} if key else {}
        self._session = guarded_session(allowed)
        self._session.headers["Accept-Language"] = "en"
        self._targets: Mapping[str, frozenset[str]] = {}
        self._asked_at = float("-inf")

    def translate(self, text: str, source: str, target: str) -> str | None:
        """Return a text in another language, or None when this pair of languages is not offered."""
        pair = self._pair(source, target)
        if pair is None:
            return None
        body = {"q": text, "source": pair[0], "target": pair[1], "format": "text", **self._key}
        answer = self._ask("POST", "/translate", json=body)
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        return _clean(translated)

    def _pair(self, source: str, target: str) -> tuple[str, str] | None:
        """Return both languages as the server calls them, if it translates from the one to the other."""
        if time.monotonic() - self._asked_at > LANGUAGES_KEPT_SECONDS:
            self._targets = _targets_in(self._ask("GET", "/languages"))
            self._asked_at = time.monotonic()
        return next(
            (
                (known, wanted)
                for known in (source, *_OTHER_CODES.get(source, ()))
                for wanted in (target, *_OTHER_CODES.get(target, ()))
                if wanted in self._targets.get(known, ())
            ),
            None,
        )

    def _ask(self, method: str, path: str, **content: Any) -> object:
        """Return the JSON that the server answers; raises `NotSent`, whose words are codes only.

        No refusal is final: its key, its limits and its languages are settings of the server, which can be
        put right.
        """
        try:
            with self._session.request(
                method, self._url + path, timeout=TIMEOUT, allow_redirects=False, stream=True, **content
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise NotSent(_refusal(response), final=False)
                return json.loads(_read(response))
        except (requests.RequestException, OSError):
            raise NotSent("translator-away", final=False) from None
        except (ValueError, RecursionError):
            raise NotSent("translator-not-understood", final=False) from None


def open_translator(url: str | None, key: str | None, allowed: Networks = ()) -> Translator | None:
    """Return the translator at a checked address, or None where none is configured.

    Over TLS it may have a private address only in one of the `allowed` networks.
    """
    return LibreTranslate(url, key, allowed) if url else None


def _refusal(response: requests.Response) -> str:
    """Return the code of why the server refuses: its status, or what its words say more exactly."""
    status = response.status_code
    reasons = _REASONS.get(status, {})
    said = _read(response) if reasons else b""
    return next((code for words, code in reasons.items() if words in said), f"translator-{status}")


def _read(response: requests.Response) -> bytes:
    """Read an answer that is neither endless nor endlessly slow."""
    ends_at = time.monotonic() + LONGEST_ANSWER_SECONDS
    content = bytearray()
    for part in response.iter_content(1024):
        content += part
        if len(content) > LARGEST_ANSWER:
            raise NotSent("translator-answer-too-large", final=False)
        if time.monotonic() > ends_at:
            raise NotSent("translator-too-slow", final=False)
    return bytes(content)


def _targets_in(answer: object) -> Mapping[str, frozenset[str]]:
    """Return into which languages each language is translated."""
    try:
        return {language["code"]: frozenset(language["targets"]) for language in answer}  # type: ignore[attr-defined]  # what is no list of these is caught here
    except (TypeError, KeyError, AttributeError):
        raise NotSent("translator-not-understood", final=False) from None


def _clean(translated: object) -> str:
    """Return a translation as it can be kept: PostgreSQL cannot store NUL, and nobody a lone surrogate."""
    text = translated.replace("\x00", "").strip() if isinstance(translated, str) else ""
    if not 1 <= len(text) <= LONGEST_TRANSLATION:
        raise NotSent("translator-not-understood", final=False)
    return text.encode(errors="replace").decode()
