"""Lists of questions, of the desk and of a partner: fetched page by page, and set in one kind of table."""

import json
from collections.abc import Callable, Sequence

import click

from servicebalie.client.server import Json, Query, Server
from servicebalie.client.terminal import table
from servicebalie.client.texts import _


def show_list(
    server: Server,
    path: str,
    query: Query,
    *,
    everything: bool,
    as_json: bool,
    rows_of: Callable[[list[Json]], list[Sequence[str]]],
) -> None:
    """Write what an address lists; without `everything` the first page, and a word on what is left out."""
    items, more = _fetched(server, path, query, everything=everything)
    show_items(items, more=more, as_json=as_json, rows_of=rows_of)


def show_items(
    items: list[Json], *, more: bool, as_json: bool, rows_of: Callable[[list[Json]], list[Sequence[str]]]
) -> None:
    """Write questions as a table or a JSON array, and whether there are more."""
    if as_json:
        click.echo(json.dumps(items, indent=2))
        return
    for line in _table(rows_of(items)):
        click.echo(line)
    if more:
        click.echo(_("There are more questions. Add --all to see all of them."), err=True)


def due(due_date: str | None, *, overdue: bool) -> str:
    """Write until when something is due, with a mark when that is over."""
    return f"{due_date} !" if overdue else due_date or ""


def _fetched(server: Server, path: str, query: Query, *, everything: bool) -> tuple[list[Json], bool]:
    """Fetch all questions or one page of them, and tell whether there are more."""
    if everything:
        return list(server.items(path, query)), False
    page = server.get(path, query)
    return page["items"], bool(page.get("nextCursor"))


def _table(rows: list[Sequence[str]]) -> list[str]:
    if not rows:
        return [_("No questions found.")]
    headings = (
        _("Question"),
        _("Status"),
        _("Topic"),
        _("Language"),
        _("Municipality"),
        _("Service"),
        _("Due"),
    )
    return table(headings, rows)
