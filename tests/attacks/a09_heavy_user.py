"""A9: tell somebody with one question from somebody with twenty.

The attacker knows that the person came and knows everybody else. The score is the area under the curve
(AUC): how often the one with twenty gets the higher score of two such people. In one number the cap leaves
three questions of the twenty, under noise of four times the variance of persons. Over all numbers of a
month, the one with twenty also counts in more topics, outcomes, reasons and destinations, as far as the
bounds let them.
"""

from collections.abc import Iterable

import numpy as np

from servicebalie.core.contributions import ContributionRules, QuestionFact, person_cells
from servicebalie.core.periods import PeriodKind
from tests.attacks.a08_everyone_else import questions_noise
from tests.attacks.counted_year import CountedYear, year_keys
from tests.attacks.mechanisms import Mechanism, Ours, SameNoise, ours
from tests.attacks.simulated_year import levels

HEAVY = 20


def in_one_number(mechanism: Mechanism) -> float:
    """Return the AUC from one number of questions in a cell that is published."""
    if isinstance(mechanism, Ours | SameNoise):
        noise = questions_noise(mechanism if isinstance(mechanism, Ours) else ours())
        return _auc_of_shift(noise, 2)
    if mechanism.noise.reach:
        # Questions are not capped there: nineteen more under the noise of persons.
        return _auc_of_shift(mechanism.noise.row(10**6), HEAVY - 1)
    return 1.0


def _auc_of_shift(noise: np.ndarray, shift: int) -> float:
    below = np.cumsum(noise) - noise / 2
    return float(
        sum(chance * below[i + shift] if i + shift < len(noise) else chance for i, chance in enumerate(noise))
    )


def in_all_numbers(mechanism: Ours, year: CountedYear, people: int, draws: int, seed: int) -> float:
    """Return the AUC over all numbers of a month, for real people of one question given twenty.

    The nineteen are those of others who came that month. Every cell counts as published.
    """
    random = np.random.default_rng(seed)
    single = [facts[0] for facts in year.people.facts.values() if len(facts) == 1]
    everybody = [fact for facts in year.people.facts.values() for fact in facts]
    persons, questions = mechanism.noise.row(10**6), questions_noise(mechanism)
    scores: tuple[list[float], list[float]] = ([], [])
    for chosen in random.choice(len(single), people).tolist():
        fact = single[chosen]
        more = [everybody[each] for each in random.choice(len(everybody), HEAVY - 1).tolist()]
        one, many = _month(year, [fact]), _month(year, [fact, *(_asked_by(fact, other) for other in more)])
        for heavy, scored in enumerate(scores):
            total = np.zeros(draws)
            for cell in {*one, *many}:
                total += _ratios(persons, (cell in one), (cell in many), heavy, draws, random)
                total += _ratios(questions, one.get(cell, 1) - 1, many.get(cell, 1) - 1, heavy, draws, random)
            scored.extend(total.tolist())
    light, heavy_scores = (np.sort(np.array(each)) for each in scores)
    lower = np.searchsorted(light, heavy_scores, "left") + np.searchsorted(light, heavy_scores, "right")
    return float(lower.mean() / (2 * len(light)))


def _month(year: CountedYear, facts: Iterable[QuestionFact]) -> dict[tuple[str, tuple[str, ...]], int]:
    rules = ContributionRules(year.catalogue.bounds, levels(), year_keys(0).cap)
    return person_cells(list(facts), year.catalogue.tables_of(PeriodKind.MONTH), rules)


def _asked_by(person: QuestionFact, question: QuestionFact) -> QuestionFact:
    """Return a question of somebody else as if this person had asked it."""
    return QuestionFact(
        month=person.month,
        served=person.served,
        offered=question.offered,
        person=person.person,
        topic=question.topic,
        language=person.language,
        group=person.group,
        stay=person.stay,
        arrival=person.arrival,
        registration=person.registration,
        channel=question.channel,
        outcome=question.outcome,
        unmet_reason=question.unmet_reason,
        return_reason=question.return_reason,
        municipality=person.municipality,
        destination=question.destination,
    )


def _ratios(
    noise: np.ndarray, light: int, heavy: int, truth: int, draws: int, random: np.random.Generator
) -> np.ndarray:
    """Draw log likelihood ratios of one output, shifted by one amount or by the other."""
    if light == heavy:
        return np.zeros(draws)
    padded = np.pad(noise, 4)
    drawn = random.choice(len(noise), draws, p=noise / noise.sum()) + 4 + (heavy if truth else light)
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(padded), -60.0)
    return logs[drawn - heavy] - logs[drawn - light]
