"""Fills a database with questions by SQL, where registering a million of them one by one would take hours."""

import psycopg

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
SPACING = 1 << 32
"""How far apart the keys of two questions are: about a second."""

VISITS = """
INSERT INTO visit (id, desk_id, asker, return_code_hash, channel, locale, language, municipality,
                   newcomer_group, received_at)
SELECT %(last)s - n * %(spacing)s, %(desk)s, decode(md5((n / 2)::text), 'hex'), sha256(n::text::bytea),
       'counter', 'en', (%(languages)s::text[])[1 + n %% cardinality(%(languages)s::text[])],
       CASE WHEN n %% 3 = 0 THEN %(neighbour)s ELSE %(town)s END, 'eu-labour-migrant',
       now() - n * interval '1 second'
FROM generate_series(0::bigint, %(count)s::bigint - 1) AS n
"""
QUESTIONS = """
INSERT INTO question (id, desk_id, visit_id, reference, topic, language, municipality, channel, status,
                      destination, service_id, due_on, received_at, updated_at, version)
SELECT id, desk_id, id, to_hex(row_number() OVER (ORDER BY id)),
       (%(topics)s::text[])[1 + abs(hashint8(id)) %% cardinality(%(topics)s::text[])],
       language, municipality, channel,
       CASE WHEN abs(hashint8(id)) %% 100 = 0 THEN 'referred' ELSE 'closed' END,
       'library', (SELECT min(service.id) FROM service WHERE destination = 'library'),
       CASE WHEN abs(hashint8(id)) %% 200 = 0 THEN current_date - 7 END,
       received_at, received_at, 1
FROM visit
"""
REFERRALS = """
INSERT INTO referral (id, question_id, service_id, destination, kind, status, chosen_by, reasons,
                      directory_version, decided_at)
SELECT id, id, service_id, destination, 'referral', 'requested', 'routing', '[]', 1, received_at FROM question
"""


def fill(url: str, desk_id: int, count: int, last_id: int) -> None:
    """Add `count` visits with a question and a referral each, the newest with the key `last_id`."""
    with psycopg.connect(url, autocommit=True) as connection:
        values = {
            "last": last_id,
            "spacing": SPACING,
            "desk": desk_id,
            "count": count,
            "topics": list(TOPICS),
            "languages": list(LANGUAGES),
            "town": TOWN,
            "neighbour": NEIGHBOUR,
        }
        connection.execute(VISITS, values)
        connection.execute(QUESTIONS, values)
        connection.execute(REFERRALS)
        connection.execute("VACUUM ANALYZE")
