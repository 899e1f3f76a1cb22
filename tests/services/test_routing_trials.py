"""Rules are tried on questions that were asked before, by their coded facts alone."""

from datetime import timedelta

import pytest

from servicebalie.core.routing_rules import Aspect, OpenNow, Rule, ToDestination, ToService
from servicebalie.core.vocabulary import Channel, Destination, Group
from servicebalie.services import routing_trials
from servicebalie.services.routing_trials import Trial, try_rules
from servicebalie.services.visits import VisitFacts
from tests.support.small_desk import BREDA, EINDHOVEN
from tests.support.statements import counted_statements
from tests.support.workplace import NOW, SmallWorkplace

DESK = ToDestination(Destination.DESK)
HERE = VisitFacts(Channel.PHONE, municipality=EINDHOVEN, group=Group.STATUS_HOLDER)


def tried(desk: SmallWorkplace, *rules: Rule, last: int = 100, cleared: bool = True) -> Trial:
    return desk.read(
        lambda session: try_rules(
            session, desk.desk.id, desk.work.directory, rules, last=last, cleared=cleared
        )
    )


def test_a_trial_tells_what_would_move_from_where_to_where(small_desk: SmallWorkplace) -> None:
    (course,) = small_desk.register("dutch-course", facts=HERE).questions
    small_desk.register("dutch-course", "bsn", facts=VisitFacts(municipality=EINDHOVEN))
    conditions = ((Aspect.GROUPS, frozenset({"status-holder"})), (Aspect.CHANNELS, frozenset({"phone"})))
    trial = tried(small_desk, Rule("ours", DESK, conditions=conditions))

    assert (trial.looked_at, trial.moved, trial.references) == (3, 1, (course.reference,))
    (move,) = trial.moves
    assert (move.from_service.name, move.to_service.name, move.count) == ("Information point", "Counter", 1)


def test_a_trial_without_a_difference_moves_nothing(small_desk: SmallWorkplace) -> None:
    small_desk.register("dutch-course", facts=HERE)
    trial = tried(small_desk, Rule("same", ToService(small_desk.desk.services["library"])))

    assert (trial.looked_at, trial.moved, trial.moves, trial.references) == (1, 0, (), ())


def test_rules_are_tried_at_the_moment_at_which_a_question_came(small_desk: SmallWorkplace) -> None:
    town = small_desk.desk.services["town"]
    rules = Rule("open", ToService(town), open_now=OpenNow(small_desk.desk.services["library"]))
    for moment in (NOW, NOW + timedelta(hours=12)):
        small_desk.at(moment).register("dutch-course", facts=HERE)

    assert tried(small_desk, rules).moved == 1


def test_only_the_newest_questions_are_looked_at_and_each_page_takes_one_query(
    small_desk: SmallWorkplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing_trials, "PAGE", 2)
    small_desk.register(*["dutch-course"] * 5, facts=HERE)
    for last, looked_at, queries in ((1, 1, 1), (3, 3, 2), (4, 4, 2), (5, 5, 3), (100, 5, 3)):
        with counted_statements() as sent:
            trial = tried(small_desk, Rule("ours", DESK), last=last)
        assert (trial.looked_at, trial.moved, len(sent)) == (looked_at, looked_at, queries)


def test_no_text_and_no_contact_is_read(small_desk: SmallWorkplace) -> None:
    small_desk.register("dutch-course", facts=HERE, text="Secret", email="someone@example.org")
    with counted_statements() as sent:
        tried(small_desk, Rule("ours", DESK))

    assert not any(name in statement for statement in sent for name in ("question_text", "visit_contact"))


def test_who_is_not_cleared_learns_nothing_of_sensitive_questions(small_desk: SmallWorkplace) -> None:
    small_desk.register("trafficking", "dutch-course", facts=HERE)
    rule = Rule("ours", DESK, frozenset({"exploitation"}))

    assert (tried(small_desk, rule).looked_at, tried(small_desk, rule).moved) == (2, 1)
    hidden = tried(small_desk, rule, cleared=False)
    assert (hidden.looked_at, hidden.moved) == (1, 0)


def test_references_are_told_up_to_a_number(
    small_desk: SmallWorkplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing_trials, "MOST_REFERENCES", 2)
    small_desk.register(*["dutch-course"] * 3, facts=VisitFacts(municipality=EINDHOVEN))
    small_desk.register("dutch-course", facts=VisitFacts(municipality=BREDA))
    trial = tried(small_desk, Rule("ours", DESK))

    assert (trial.moved, len(trial.references)) == (3, 2)
