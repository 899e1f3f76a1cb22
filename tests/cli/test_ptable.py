"""`servicebalie ptable` prints tables that agree with the R package ptable, or says what cannot be."""

import csv
import io
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from servicebalie.core.ptable import SCALE
from servicebalie.services.publishing_rules import PROFILES, shipped_profile
from tests.cli.conftest import Terminal

REFERENCE = Path(__file__).parents[1] / "core" / "reference_ptables"
JS2 = ("--D", 5, "--V", 3, "--js", 2)
OF_REFERENCE: Mapping[str, tuple[object, ...]] = {
    "ptable_D2_V1.csv": ("--D", 2, "--V", 1),
    "ptable_D2_V0.9.csv": ("--D", 2, "--V", 0.9),
    "ptable_D3_V1.csv": ("--D", 3, "--V", 1),
    "ptable_D5_V3_js2.csv": JS2,
    "ptable_D2_V1.05_js1_monoTTFT_pt_ex_cnts.csv": (
        *("--D", 2, "--V", 1.05, "--js", 1),
        *("--mono", "--mono", "--no-mono", "--mono"),
    ),
}
KNOWN_ROWS: Mapping[tuple[tuple[object, ...], int], str] = {
    (("--D", 2, "--V", 1), 1): ".36648551 .3664855 .1675725 .09945652",
    (JS2, 3): ".20398618 .39366253 .24749239 .11056847 .03510204 .00791891 .00126949",
}
SYMMETRIC = {"default": "sym_lastrow_D9_V5.csv", "detailed": "sym_lastrow_D4_V2.csv"}

Probabilities = dict[tuple[int, int], float]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal without any setting of servicebalie, and so without a database."""
    monkeypatch.delenv("SERVICEBALIE_DATABASE_URL", raising=False)
    monkeypatch.delenv("SERVICEBALIE_SECRET", raising=False)
    monkeypatch.delenv("SERVICEBALIE_MASTER_KEY", raising=False)
    return Terminal()


def read(text: str) -> Probabilities:
    """Read the probability of each pair of a true and a resulting count."""
    return {(int(line["i"]), int(line["j"])): float(line["p"]) for line in csv.DictReader(io.StringIO(text))}


def printed(terminal: Terminal, *arguments: object) -> Probabilities:
    """Run the command, which must succeed, and read what it prints."""
    ended = terminal.run("ptable", *arguments)
    assert (ended.status, ended.error) == (0, "")
    return read(ended.output)


@pytest.mark.parametrize("name", OF_REFERENCE)
def test_a_printed_table_agrees_with_the_reference(terminal: Terminal, name: str) -> None:
    reference = read((REFERENCE / name).read_text())

    table = printed(terminal, *OF_REFERENCE[name])

    assert table.keys() == reference.keys()
    assert table == pytest.approx(reference, rel=0, abs=1e-6)


@pytest.mark.parametrize(("arguments", "count"), KNOWN_ROWS)
def test_a_printed_row_has_the_known_probabilities(
    terminal: Terminal, arguments: tuple[object, ...], count: int
) -> None:
    row = [p for (i, _), p in printed(terminal, *arguments).items() if i == count]

    assert row == pytest.approx([float(p) for p in KNOWN_ROWS[arguments, count].split()], rel=0, abs=1e-6)


@pytest.mark.parametrize("profile", SYMMETRIC)
def test_the_table_of_a_symmetric_profile_is_one_row_of_deviations(terminal: Terminal, profile: str) -> None:
    reference = read((REFERENCE / SYMMETRIC[profile]).read_text())

    table = printed(terminal, "--profile", profile)

    around_zero = {(0, j - i): p for (i, j), p in reference.items()}
    assert table.keys() == around_zero.keys()
    assert table == pytest.approx(around_zero, rel=0, abs=1e-6)


def test_the_census_profile_is_printed_as_its_parameters_are(terminal: Terminal) -> None:
    assert terminal.run("ptable", "--profile", "census").output == terminal.run("ptable", *JS2).output


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_printed_tells_the_integer_thresholds_of_the_profile(
    terminal: Terminal, profile: str
) -> None:
    text = terminal.run("ptable", "--profile", profile).output
    lines = list(csv.DictReader(io.StringIO(text)))

    for count, row in enumerate(shipped_profile(PROFILES[profile]).table.rows):
        units = [round(Fraction(line["p"]) * SCALE) for line in lines if int(line["i"]) == count]
        assert [sum(units[: stop + 1]) for stop in range(len(units))] == list(row.thresholds)


def test_the_table_is_csv_as_rfc_4180_says(terminal: Terminal) -> None:
    lines = terminal.run("ptable", "--D", 2, "--V", 1).output.split("\r\n")

    assert lines[:2] == ["i,j,p", "0,0,1.00000000000000000000"]
    assert lines[-1] == ""
    assert not any("\n" in line for line in lines)


def test_a_count_stays_with_the_probability_of_its_row(terminal: Terminal) -> None:
    table = printed(
        terminal,
        *("--D", 4, "--V", 2, "--pstay", "none", "--pstay", "0.25", "--pstay", "0.5", "--no-mono"),
    )

    assert [table[i, i] for i in (2, 3, 4)] == pytest.approx([0.25, 0.5, 0.5])
    assert table[1, 1] not in (pytest.approx(0.25), pytest.approx(0.5))


def test_the_variance_is_at_most_or_exactly_what_was_asked_for(terminal: Terminal) -> None:
    wide = ("--D", 3, "--V", 3, "--no-mono")

    def variance(table: Probabilities) -> float:
        return sum(p * (j - i) ** 2 for (i, j), p in table.items() if i == 1)

    assert variance(printed(terminal, *wide, "--optim", 4)) == pytest.approx(3)
    assert variance(printed(terminal, *wide, "--optim", 4, "--optim", 1)) == pytest.approx(3)
    assert variance(printed(terminal, *wide)) < 2.9


def test_probabilities_rise_to_the_true_count_unless_they_need_not(terminal: Terminal) -> None:
    rising = printed(terminal, "--D", 2, "--V", 1)
    free = printed(terminal, "--D", 2, "--V", 1, "--no-mono")

    assert rising[1, 0] <= rising[1, 1] + 1e-15
    assert free[1, 0] > free[1, 1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--D", 5, "--V", 1.9, "--js", 2), "Row 1 has a variance of at least 2.000000 "),
        (("--D", 3, "--V", 3.1, "--no-mono", "--optim", 4), "Row 1 has a variance of at most 3.000000 "),
        (("--D", 2, "--V", 9, "--js", 3), "Row 1 cannot have a mean deviation of zero "),
        (("--D", 4, "--V", 2, "--pstay", 0.1), "Row 1 cannot have a mean deviation of zero "),
        (("--D", 4, "--V", 0), "Give --V a number above 0."),
        (("--D", 4, "--V", 2, "--pstay", 1), "Give --pstay a number between 0 and 1, or none."),
    ],
)
def test_parameters_without_a_table_are_refused_with_the_reason(
    terminal: Terminal, arguments: tuple[object, ...], sentence: str
) -> None:
    refused = terminal.run("ptable", *arguments)

    assert (refused.status, refused.output) == (1, "")
    assert refused.error.startswith(f"servicebalie: {sentence}")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "Give --D and --V, or --profile."),
        (("--D", 4), "Give --D and --V, or --profile."),
        (("--D", 0, "--V", 1), "0 is not in the range"),
        (("--D", 21, "--V", 1), "21 is not in the range"),
        (("--D", 4, "--V", "1,5"), "1,5 is not a number such as 0.5."),
        (("--D", 4, "--V", "nan"), "nan is too large or too small to be meant."),
        (("--D", 4, "--V", "1e999999999"), "1e999999999 is too large or too small to be meant."),
        (("--D", 4, "--V", 2, "--js", -1), "-1 is not in the range"),
        (("--D", 4, "--V", 2, "--pstay", "often"), "often is not a number such as 0.5."),
        (("--D", 4, "--V", 2, "--optim", 2), "'2' is not one of"),
        (("--profile", "coarse"), "'coarse' is not one of"),
        (("--profile", "default", "--js", 2), "A profile has its own parameters: leave out --js."),
    ],
)
def test_what_makes_no_sense_is_refused_as_wrong_usage(
    terminal: Terminal, arguments: tuple[object, ...], complaint: str
) -> None:
    refused = terminal.run("ptable", *arguments)

    assert (refused.status, refused.output) == (2, "")
    assert complaint in refused.error
