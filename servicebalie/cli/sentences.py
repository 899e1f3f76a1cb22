"""Refusals in words, for the person at the terminal."""

from collections.abc import Mapping

from servicebalie.core.errors import Fault, ServicebalieError
from servicebalie.core.freshness import FreshnessReason, Level
from servicebalie.core.theme import UnreadableColours
from servicebalie.i18n.desk_words import FAULTS, PROBLEMS

SENTENCES: Mapping[str, str] = {
    "address-not-available": "Port %(port)s cannot be used here: it is taken or not allowed. Choose another.",
    "already-published": "%(period)s is published already, and a release never changes.",
    "desk-name-taken": "There is a desk with this name already: %(slug)s.",
    "invalid-opening-hours": "These are no opening hours; an example is: Mo-Fr 09:00-17:00; PH off",
    "invalid-period": "Give a month as 2026-10, a quarter as 2026-Q4 or a year as 2026.",
    "school-holidays-unclear": FAULTS["school-holidays-unclear"],
    "invalid-setting": "%(name)s %(reason)s.",
    "audit-failed": "Nothing was published: a table broke a promise (%(reason)s). Please report this.",
    "earlier-period-missing": "Publish %(earlier)s first: it tells which languages and places are rare.",
    "master-key-missing": "Something was encrypted under the master key %(key)s, which is not given here. "
    "Add it behind the current one; docs/operating/keys.md tells how.",
    "no-roles-here": "SQLite knows no roles; the reading side opens the published file alone in any case.",
    "no-such-hold": "There is no such hold in force. See: servicebalie retention holds list",
    "no-such-organisation": "The directory has no organisation of this name, or several. See: directory list",
    "no-such-token": "No good token of this desk begins like this. See: servicebalie tokens list",
    "login-taken": "Somebody has this login already, here or at another desk. Choose another.",
    "no-local-account": "The desk has no user %(user)s with a login. See: servicebalie users list",
    "no-such-user": "The desk has no user %(user)s. See: servicebalie users list",
    "no-such-role": "PostgreSQL has no role %(role)s. Make it with: CREATE ROLE ... LOGIN PASSWORD ...",
    "not-the-owner": "The role %(role)s does not own the tables. Name the one that does in "
    "SERVICEBALIE_OWNER_DATABASE_URL.",
    "not-migrated": "The database has no tables yet. Make them with: servicebalie migrate",
    "profile-changed": "The profile of the desk was changed meanwhile. Publish again.",
    "profile-locked": "%(desk)s has published under the profile %(profile)s, and so it keeps that.",
    "period-not-frozen": "%(period)s can still change; publish it from %(frozen_on)s on.",
    "year-final": "%(year)s is final already.",
    "year-keys-destroyed": "%(year)s is final and its keys are destroyed, so nothing of it can be published.",
    "unreadable-seal": "%(file)s is no seal of an audit trail.",
    "year-not-complete": "Publish %(period)s first; a year is made final when all of it is published.",
}

REASONS: Mapping[tuple[str, str], str] = {
    ("infeasible-row", "no-unbiased-row"): (
        "Row %(row)s cannot have a mean deviation of zero under these conditions. Give a higher --D, a lower "
        "--js, another --pstay (or none), or --no-mono."
    ),
    ("infeasible-row", "variance-above-most"): (
        "Row %(row)s has a variance of at most %(limit)s under these conditions. Give a lower --V, a higher "
        "--D, or --optim 1, with which V is only the most that it may be."
    ),
    ("infeasible-row", "variance-below-least"): (
        "Row %(row)s has a variance of at least %(limit)s under these conditions. Give a higher --V, a lower "
        "--js, another --pstay (or none), or --no-mono."
    ),
    ("invalid-hold", "case-number"): (
        "The hold cannot be placed: a case number has letters, digits, dots, slashes and hyphens only."
    ),
    ("invalid-hold", "question"): "The hold cannot be placed: the desk has no such question.",
    ("invalid-hold", "until"): "The hold cannot be placed: it must end from today on, within two years.",
    ("invalid-retention", "act-does-not-fit"): "Only facts can be made anonymous; all else is deleted.",
    ("invalid-retention", "fixed"): "That period is part of how the software works; no desk can choose it.",
    ("invalid-retention", "malformed-period"): "Give a period such as 90 days or 24 months.",
    ("invalid-retention", "period-too-long"): "Nothing is kept longer than 240 months.",
    ("invalid-retention", "trigger-does-not-fit"): "The period of this class cannot count from that.",
    ("invalid-theme", "invalid-value"): "%(name)s has no value that can be used.",
    ("invalid-theme", "logo-active"): (
        "The logo holds a script, an animation or something from another address. "
        "Save it as a plain SVG or PNG."
    ),
    ("invalid-theme", "logo-size"): "The logo is too large: at most 100 kB, and 2000 by 2000 pixels.",
    ("invalid-theme", "logo-type"): "The logo is neither an SVG nor a PNG.",
    (
        "invalid-theme",
        "malformed",
    ): "The file is no theme in TOML; docs/operating/theme.md has an example.",
    ("invalid-theme", "not-a-colour"): "%(name)s is not a colour; an example is: #0b4f5c",
    ("invalid-theme", "unknown-name"): "%(name)s cannot be set; docs/operating/theme.md tells what can.",
    ("invalid-table-parameters", "stay"): "Give --pstay a number between 0 and 1, or none.",
    ("invalid-table-parameters", "variance"): "Give --V a number above 0.",
}
"""Refusals whose words depend on the reason, or on the parameter that is wrong."""

FRESHNESS_LEVELS: Mapping[Level, str] = {
    Level.FRESH: "it can be relied on",
    Level.AGEING: "have it checked soon",
    Level.STALE: "have it checked before anybody relies on it",
}
"""What to do about an entry of the directory that is this fresh."""

FRESHNESS_REASONS: Mapping[FreshnessReason, str] = {
    FreshnessReason.NEVER_ASSURED: "nobody checked it yet; ask the service, then use: directory assure",
    FreshnessReason.ASSURED_LONG_AGO: "it was checked long ago; ask the service, then use: directory assure",
    FreshnessReason.RETURNED_AS_WRONG: (
        "the service gave a question back because the entry is wrong; correct it, then use: directory assure"
    ),
    FreshnessReason.NOT_ANSWERED: (
        "the service did not answer in time; ask whether it still helps, then use: directory assure"
    ),
}
"""Why an entry of the directory is not fresh, and what to do about it."""


def sentence_for(refusal: ServicebalieError) -> str:
    """Return what a refusal means in one sentence; one that has no words is told by its code."""
    reason = str(refusal.params.get("reason", refusal.params.get("parameter")))
    sentence = (
        REASONS.get((refusal.code, reason)) or SENTENCES.get(refusal.code) or PROBLEMS.get(refusal.code)
    )
    return sentence % refusal.params if sentence else f"This was refused: {refusal}."


def fault_sentence(fault: Fault) -> str:
    """Return what to do about one fault in a file."""
    return FAULTS[fault.code] % fault.params


def contrast_sentences(refusal: UnreadableColours) -> list[str]:
    """Return what is wrong with colours and what to do, in a sentence for each pair and one for all."""
    pairs = [
        f"{pair.foreground} on {pair.background} has a contrast of {int(pair.ratio * 100) / 100:.2f} to 1; "
        f"it needs {pair.least} to 1."
        for pair in refusal.pairs
    ]
    return [*pairs, "Make one colour of each pair darker or the other one lighter. Nothing was changed."]


def counted(number: int, one: str) -> str:
    """Return a number with what it counts, which is given in the singular and takes an s in the plural."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
