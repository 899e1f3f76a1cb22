"""`servicebalie ptable`: prints a perturbation table, so that it can be compared with other software."""

import csv
import io
from decimal import Context, Decimal, InvalidOperation
from typing import Literal

import click

from servicebalie.core.census_ptable import CensusParameters, census_table
from servicebalie.core.ptable import PTable
from servicebalie.services.publishing_rules import PROFILES, shipped_profile

FARTHEST = 20
"""The largest D: the time to build a table grows fast with it, and offices use 2 to 10."""

_DECIMALS = 20
"""Enough to tell the integer thresholds from what is printed: probabilities are multiples of 2**-64."""

_EXACT = Context(prec=64)
_LARGEST_EXPONENT = 12


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise click.BadParameter(f"{text} is not a number such as 0.5.") from None
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise click.BadParameter(f"{text} is too large or too small to be meant.")
    return number


def _probability_or_none(text: str) -> Decimal | None:
    return None if text == "none" else _number(text)


@click.command()
@click.option("--D", "distance", type=click.IntRange(1, FARTHEST), help="Largest deviation.")
@click.option(
    "--V", "variance", type=_number, metavar="NUMBER", help="Variance of the noise; see also --optim."
)
@click.option(
    "--js",
    "blocked",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Counts from 1 to this never result.",
)
@click.option(
    "--pstay",
    "stay",
    type=_probability_or_none,
    multiple=True,
    metavar="NUMBER|none",
    help="Probability that a count stays as it is. [default: none]",
)
@click.option(
    "--mono/--no-mono",
    "rising",
    multiple=True,
    help="Whether probabilities do not fall up to the true count. [default: --mono]",
)
@click.option(
    "--optim",
    "optim",
    type=click.Choice(["1", "4"]),
    multiple=True,
    help="1: the variance is at most V; 4: it is V. [default: 1]",
)
@click.option(
    "--profile",
    "profile",
    type=click.Choice(list(PROFILES)),
    help="The table of a profile that comes with servicebalie, instead of parameters.",
)
def ptable(
    distance: int | None,
    variance: Decimal | None,
    blocked: int,
    stay: tuple[Decimal | None, ...],
    rising: tuple[bool, ...],
    optim: tuple[Literal["1", "4"], ...],
    profile: str | None,
) -> None:
    """Print a perturbation table as CSV: true count i, resulting count j, probability p.

    The options have the names of the R package ptable. --pstay, --mono and --optim may be given several
    times, once per row from the row of count 1 on; the last one holds for all further rows. The last row
    that is printed is that of all higher counts too. The symmetric tables of the profiles default and
    detailed have one row for all counts, printed for count 0, so that j is the deviation.
    """
    if profile is not None:
        _refuse_parameters_beside_a_profile()
        table = shipped_profile(PROFILES[profile]).table
    elif distance is None or variance is None:
        raise click.UsageError("Give --D and --V, or --profile.")
    else:
        table = census_table(
            CensusParameters(
                distance,
                variance,
                blocked,
                stay=stay or (None,),
                rising=rising or (True,),
                exact=tuple(choice == "4" for choice in optim) or (False,),
            )
        )
    click.echo(_as_csv(table), nl=False)


def _refuse_parameters_beside_a_profile() -> None:
    context = click.get_current_context()
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if parameter.name != "profile" and source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"A profile has its own parameters: leave out {parameter.opts[0]}.")


def _as_csv(table: PTable) -> bytes:
    """Write RFC 4180 in ASCII; bytes, so that no system changes the ends of the lines."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("i", "j", "p"))
    for count, row in enumerate(table.rows):
        for deviation, share in row.probabilities().items():
            probability = _EXACT.divide(Decimal(share.numerator), Decimal(share.denominator))
            writer.writerow((count, count + deviation, f"{probability:.{_DECIMALS}f}"))
    return text.getvalue().encode("ascii")
