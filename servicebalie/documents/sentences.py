"""What a report says in sentences: first what it found, then how its numbers are to be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from servicebalie.core.opening import AMSTERDAM
from servicebalie.documents.licence import NAME
from servicebalie.documents.model import Row, Table
from servicebalie.documents.words import Words
from servicebalie.services.trends import Report

NAMED_FIRST = 3
"""How many main topics the lead names."""

MAIN_TOPIC = "main-topic"

"""What published numbers may be used under: by everybody who names the source."""


def below(release: Report) -> str:
    """Return what stands for a number below the threshold."""
    return f"<{release.threshold}"


def published_on(release: Report) -> date:
    """Return the day of publication in the Netherlands."""
    return release.published_at.astimezone(AMSTERDAM).date()


def title(release: Report, words: Words) -> str:
    """Return the title of a report."""
    return words.gettext("What newcomers asked: %(period)s", period=words.period(release.period))


def simulated_note(words: Words) -> str:
    """Return what a simulated report says above everything else."""
    return words.gettext("Simulated data: nothing here is about a real person.")


@dataclass(frozen=True, slots=True)
class Findings:
    """What a lead is made from."""

    total: Row
    tables: tuple[Table, ...]
    share: float | None


def lead(release: Report, findings: Findings, words: Words) -> tuple[str, ...]:
    """Return the sentences that say what a report found."""
    sentences = [*_total(release, findings.total, words)]
    sentences.extend(_most_asked(findings.tables, words))
    if findings.share is not None:
        sentences.append(
            words.gettext(
                "On average %(share)s of all persons are in a number that is published. "
                "The others gave no answer, or their number is too small.",
                share=words.share(findings.share),
            )
        )
    sentences.extend(_stand_ins(findings, words))
    return tuple(sentences)


def _total(release: Report, total: Row, words: Words) -> Iterator[str]:
    persons, questions = total.persons, total.questions
    if persons is not None and questions is not None:
        yield words.gettext(
            "%(persons)s persons asked the desk %(questions)s questions.",
            persons=words.number(persons.value),
            questions=words.number(questions.value),
        )
        yield words.gettext(
            "The true numbers most likely lie between %(low)s and %(high)s persons and between "
            "%(low_questions)s and %(high_questions)s questions.",
            low=words.number(persons.low),
            high=words.number(persons.high),
            low_questions=words.number(questions.low),
            high_questions=words.number(questions.high),
        )
        return
    yield words.gettext(
        "So few persons asked the desk something that their number is not published: "
        "less than %(threshold)s.",
        threshold=words.number(release.threshold),
    )
    if total.substitute is not None:
        yield words.gettext(
            "Over a longer period (%(period)s) the number is %(persons)s.",
            period=total.substitute.note,
            persons=words.estimate(total.substitute.persons),
        )


def _most_asked(tables: tuple[Table, ...], words: Words) -> Iterator[str]:
    """Yield which main topics most persons asked about, if any was published."""
    rows = [row for table in tables if table.name == MAIN_TOPIC for row in table.rows if row.persons]
    if rows:
        named = (
            f"{row.labels[0].name} ({words.number(row.persons.value)})"
            for row in rows[:NAMED_FIRST]
            if row.persons
        )
        yield words.gettext("Topics asked about by the most persons: %(topics)s.", topics=words.listed(named))


def _stand_ins(findings: Findings, words: Words) -> Iterator[str]:
    """Yield a sentence about the numbers that stand in for others, if there are any."""
    used = [row.substitute for table in findings.tables for row in table.rows if row.substitute]
    lengths = {one.note: len(one.period.months) for one in used if one.period}
    if lengths:
        yield words.gettext(
            "Where a number is too small, the nearest published one stands beside it: "
            "that of a longer period (%(periods)s), or of a broader topic or a larger area.",
            periods=words.listed(sorted(lengths, key=lambda name: lengths[name])),
        )
    elif used:
        yield words.gettext(
            "Where a number is too small, that of the broader topic or the larger area stands beside it."
        )


def method(release: Report, words: Words) -> tuple[str, ...]:
    """Return how the numbers come about and how they are to be read."""
    return (
        words.gettext(
            "Persons are counted, and their questions. Somebody who comes back in the same period counts "
            "once, and in at most two topics a month. Of one person at most three questions count in one "
            "number. Who did not say something is missing from the table about it."
        ),
        words.gettext(
            "Every number was made a little higher or lower by chance, so that nobody can find out from this "
            "report whether one particular person came, or what that person asked. A number of persons is at "
            "most %(noise)s away from the true one. In 95 of 100 cases the true number lies within the "
            "limits that are given with it; a difference within them means nothing. Questions are less "
            "exact than persons, so their number can even come out lower.",
            noise=words.number(release.largest_noise),
        ),
        words.gettext(
            "%(below)s means: the number would be less than %(threshold)s, and it may be zero; or it would "
            "tell too much about a small group. Such numbers are not kept at all, nor is the number of "
            "their questions (–).",
            below=below(release),
            threshold=words.number(release.threshold),
        ),
        words.gettext(
            "Parts do not add up to totals: one person can ask about several topics, chance changed each "
            "number by itself, and small numbers are missing. So do not add numbers up or take them from "
            "each other; use the number that is given."
        ),
        words.gettext(
            "The share of persons in published numbers is counted in the tables in which everybody is in "
            "one line at most: their published numbers, compared with that of all persons."
        ),
        words.gettext(
            "Two versions of one report would tell by their difference what happened to one person. This "
            "report is published once and then frozen; after a year it may be drawn anew once, as a whole, "
            "if enough people changed. Its fingerprint (SHA-256) proves that it is still the same."
        ),
    )


def facts(release: Report, words: Words) -> tuple[tuple[str, str], ...]:
    """Return the names and values of what identifies a release."""
    return (
        (words.gettext("Desk"), release.desk_name),
        (words.gettext("Period"), words.period(release.period)),
        (words.gettext("Published on"), words.day(published_on(release))),
        (words.gettext("Edition"), words.number(release.epoch)),
        (
            words.gettext("Protection"),
            words.gettext(
                "profile %(profile)s: noise of at most %(noise)s, nothing below %(threshold)s",
                profile=release.profile,
                noise=words.number(release.largest_noise),
                threshold=words.number(release.threshold),
            ),
        ),
        (
            words.gettext("Catalogue of tables"),
            words.gettext("version %(version)s", version=release.catalogue_version),
        ),
        (words.gettext("Fingerprint (SHA-256)"), release.sha256),
    )


def source(release: Report, words: Words) -> str:
    """Return how a report is named as a source, and whose names of areas it uses."""
    return words.gettext(
        "%(desk)s, %(title)s. Names of municipalities, regions and provinces (Bron: CBS, CC BY 4.0).",
        desk=release.desk_name,
        title=title(release, words),
    )


def licence(words: Words) -> str:
    """Return what everybody may do with the numbers."""
    return words.gettext(
        "Everybody may use and share these numbers who names the source (%(licence)s).", licence=NAME
    )
