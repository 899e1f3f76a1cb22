"""The open code lists of the server, kept on this computer for when it cannot be reached."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from servicebalie.client.choices import Choice
from servicebalie.client.errors import NotReachable
from servicebalie.client.private_files import write_private
from servicebalie.client.server import Json, Server

KEPT_FOR = timedelta(days=1)


class CodeLists:
    """Topics, languages, municipalities and services as choices, in the language of the user.

    A list is fetched at most once a day. When the server does not answer, the last list that it gave
    serves however old it is, or an empty one.
    """

    def __init__(self, server: Server, directory: Path, language: str, now: datetime) -> None:
        self._server = server
        self._directory = directory
        self._language = language
        self._now = now
        self._server_is_away = False
        self._read: dict[str, tuple[Choice, ...]] = {}

    def choices(self, name: str) -> tuple[Choice, ...]:
        """Give one list: topics, languages, municipalities or services. Raises Refused."""
        if name not in self._read:
            self._read[name] = tuple(_choice(item) for item in self._items(name))
        return self._read[name]

    def label(self, name: str, code: str | None) -> str:
        """Give the label of a code; an unknown code stands for itself, and none for nothing."""
        labels = {choice.code: choice.label for choice in self.choices(name)} if code else {}
        return labels.get(code or "", code or "")

    def _items(self, name: str) -> Sequence[Json]:
        file = self._directory / f"{name}-{self._language}.json"
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        known = kept if kept.get("address") == self._server.address else {}
        if known and self._now - datetime.fromisoformat(known["fetchedAt"]) < KEPT_FOR:
            return list(known["items"])
        if self._server_is_away:
            return list(known.get("items", ()))
        try:
            # Somebody stands at the counter: one attempt will do, there is a list without the server.
            items = list(self._server.items(f"/{name}", waits=()))
        except NotReachable:
            self._server_is_away = True
            return list(known.get("items", ()))
        fetched = {"address": self._server.address, "fetchedAt": self._now.isoformat(), "items": items}
        write_private(file, json.dumps(fetched))
        return items


def _choice(item: Json) -> Choice:
    code, label = item.get("code", item.get("id")), item.get("label", item.get("name"))
    names = (str(item["nativeName"]),) if item.get("nativeName") else ()
    organisation = item.get("organisation")
    if organisation and organisation != label:
        # Many services have the same name: an information point, a counter.
        names, label = (*names, str(label)), f"{organisation}, {label}"
    return Choice(code=str(code), label=str(label), parent=item.get("parent"), names=names)
