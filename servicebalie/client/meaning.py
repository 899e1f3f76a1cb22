"""What staff mean by the word that they give with an option."""

from collections.abc import Sequence

import click

from servicebalie.client.choices import Choice, exact, search
from servicebalie.client.terminal import one_line
from servicebalie.client.texts import _


def meant(choices: Sequence[Choice], typed: str, *, option: str) -> str:
    """Give the code for a code, a name, or part of a word that only one choice has.

    What is not in the list is given back unchanged: the server may know more than the list. Raises
    click.UsageError that names the choices when there are several.
    """
    if found := exact(choices, typed):
        return found.code
    candidates = search(choices, typed)
    if len(candidates) > 1:
        named = ", ".join(f"{one_line(choice.label)} ({choice.code})" for choice in candidates[:10])
        raise click.UsageError(
            _("%(option)s %(typed)s can mean: %(choices)s")
            % {"option": option, "typed": typed, "choices": named}
        )
    return candidates[0].code if candidates else typed
