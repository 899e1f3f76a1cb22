"""What happened to referrals since a service was assured tells how far its entry can be relied on."""

from datetime import timedelta

from sqlalchemy import select, text

from servicebalie.core.freshness import Freshness, FreshnessReason, Level
from servicebalie.models.questions import Referral
from servicebalie.services.directory import read_directory
from servicebalie.services.directory_changes import assure_service
from servicebalie.services.directory_freshness import freshness_of_services
from tests.support.statements import counted_statements
from tests.support.workplace import NOW, SmallWorkplace


def judged(desk: SmallWorkplace) -> dict[str, Freshness]:
    def ask(session):
        directory = read_directory(session, desk.desk.id)
        with counted_statements() as sent:
            found = freshness_of_services(session, desk.desk.id, directory.services, NOW)
        assert len(sent) == 1
        return found

    found = desk.read(ask)
    return {name: found[key] for name, key in desk.desk.services.items() if key in found}


def test_what_came_back_or_ran_out_since_the_assurance_counts(small_desk: SmallWorkplace) -> None:
    for days, status in ((10, "returned"), (3, "returned"), (2, "expired"), (1, "requested")):
        small_desk.at(NOW - timedelta(days=days)).register("dutch-course")
        with small_desk.database.begin() as session:
            newest = session.scalar(select(Referral.id).order_by(Referral.decided_at.desc()).limit(1))
            session.execute(
                text("UPDATE referral SET status = :status WHERE id = :id"), {"status": status, "id": newest}
            )
    key = small_desk.desk.services["library"]
    with small_desk.database.begin() as session:
        served = set(session.scalars(select(Referral.service_id)))
        session.execute(text("UPDATE referral SET service_id = :id"), {"id": key})
    assert served
    everything = judged(small_desk)["library"]
    assert everything.score == 24 + 2 * 4 + 2
    assert everything.reasons[0] is FreshnessReason.NEVER_ASSURED
    with small_desk.database.begin() as session:
        assure_service(session, small_desk.desk.id, key, by="adviser", on=(NOW - timedelta(days=5)).date())
    since = judged(small_desk)["library"]
    assert since == Freshness(
        Level.AGEING, 6, (FreshnessReason.RETURNED_AS_WRONG, FreshnessReason.NOT_ANSWERED)
    )
    assert judged(small_desk)["school"].level is Level.STALE
