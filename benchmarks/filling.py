"""Fills a database with questions by SQL, where registering a million of them one by one would take hours."""

from benchmarks.deployment import connect
from benchmarks.desk import NEIGHBOUR, TOWN

TOPICS = (
    "dutch-course",
    "bsn",
    "digid",
    "secondary-isk",
    "letters-forms",
    "social-assistance",
    "bank-account",
)
LANGUAGES = ("pl", "ro", "en", "uk", "ar", "es")
GROUPS = ("eu-labour-migrant", "knowledge-migrant", "family-migrant", "status-holder")
STAYS = ("under-4-months", "4-to-12-months", "1-to-3-years", "3-to-5-years", "over-5-years")
ARRIVALS = ("under-1-month", "1-to-4-months", "4-to-12-months", "1-to-5-years")
REGISTRATIONS = ("brp", "rni", "none")
ENDS = ("returned", "expired", *("completed",) * 18)
"""How referrals of closed questions ended, the first one with a reason."""
RETURN_REASONS = ("not-our-task", "full-or-waiting-list", "documents-missing")
A_MILLISECOND = 1 << 22
"""What a millisecond adds to a key."""

VISITS = """
INSERT INTO visit (id, desk_id, asker, return_code_hash, channel, locale, language, language_served,
                   municipality, newcomer_group, stay, arrival, registration, received_at)
SELECT %(last)s - n * %(spacing)s, %(desk)s, decode(md5((n / 2)::text), 'hex'), sha256(n::text::bytea),
       'counter', 'en', (%(languages)s::text[])[1 + n / 2 %% cardinality(%(languages)s::text[])],
       CASE WHEN n / 2 %% 5 = 0 THEN 'en' ELSE 'nl' END,
       CASE WHEN n / 2 %% 3 = 0 THEN %(neighbour)s ELSE %(town)s END,
       (%(groups)s::text[])[1 + n / 2 %% cardinality(%(groups)s::text[])],
       (%(stays)s::text[])[1 + n / 2 %% cardinality(%(stays)s::text[])],
       (%(arrivals)s::text[])[1 + n / 2 %% cardinality(%(arrivals)s::text[])],
       (%(registrations)s::text[])[1 + n / 2 %% cardinality(%(registrations)s::text[])],
       now() - n * interval '1 second'
FROM generate_series(0::bigint, %(count)s::bigint - 1) AS n
"""
QUESTIONS = """
INSERT INTO question (id, desk_id, visit_id, reference, topic, language, municipality, channel, status,
                      outcome, destination, service_id, due_on, mark, received_at, updated_at, version)
SELECT id, desk_id, id, to_hex(row_number() OVER (ORDER BY id)),
       (%(topics)s::text[])[1 + abs(hashint8(id)) %% cardinality(%(topics)s::text[])],
       language, municipality, channel,
       CASE WHEN abs(hashint8(id)) %% 100 = 0 THEN 'referred' ELSE 'closed' END,
       CASE WHEN abs(hashint8(id)) %% 100 > 0 THEN 'met' END,
       'library', (SELECT min(service.id) FROM service WHERE destination = 'library'),
       CASE WHEN abs(hashint8(id)) %% 200 = 0 THEN current_date - 7 END,
       CASE WHEN abs(hashint8(id)) %% 1000 = 0 THEN 'returned' END,
       received_at, received_at, 1
FROM visit
"""
REFERRALS = """
INSERT INTO referral (id, question_id, desk_id, service_id, destination, kind, status, chosen_by, reasons,
                      directory_version, decided_at, respond_by, returned_reason)
SELECT id, id, desk_id, service_id, destination, 'referral',
       CASE WHEN status <> 'closed' THEN 'requested'
            ELSE (%(ends)s::text[])[1 + abs(hashint8(id)) %% cardinality(%(ends)s::text[])] END,
       'routing', '[]', 1, received_at, CASE WHEN status = 'referred' THEN due_on END,
       CASE WHEN status = 'closed' AND abs(hashint8(id)) %% cardinality(%(ends)s::text[]) = 0
            THEN (%(reasons)s::text[])[1 + id %% cardinality(%(reasons)s::text[])] END
FROM question
"""


def fill(
    url: str,
    desk_id: int,
    count: int,
    last_id: int,
    *,
    milliseconds: int = 1024,
    with_referrals: bool = True,
) -> None:
    """Add `count` visits with a question each, and a referral, the newest with the key `last_id`.

    Their keys are `milliseconds` apart. Two visits on end are of one person.
    """
    with connect(url) as connection:
        values = {
            "last": last_id,
            "spacing": milliseconds * A_MILLISECOND,
            "desk": desk_id,
            "count": count,
            "topics": list(TOPICS),
            "languages": list(LANGUAGES),
            "groups": list(GROUPS),
            "stays": list(STAYS),
            "arrivals": list(ARRIVALS),
            "registrations": list(REGISTRATIONS),
            "ends": list(ENDS),
            "reasons": list(RETURN_REASONS),
            "town": TOWN,
            "neighbour": NEIGHBOUR,
        }
        connection.execute(VISITS, values)
        connection.execute(QUESTIONS, values)
        if with_referrals:
            connection.execute(REFERRALS, values)
        connection.execute("VACUUM ANALYZE")
