"""Rows of one desk stay at that desk, also for a query that forgets to ask for them only

Revision: 0021, after 0019.

On PostgreSQL every table with rows of one desk gets a policy. It compares the desk of a row with the setting
`servicebalie.desk` of the connection: the id of a desk, or `*` for work on all desks. Where nothing was set
there are no rows. SQLite has nothing like it and gets the columns only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"

REPEATING = {
    "visit_contact": ("visit", "visit_id"),
    "question_text": ("question", "question_id"),
    "referral": ("question", "question_id"),
}
"""What comes in together with its parent, which a policy could therefore not find: it repeats the desk."""

WITH_DESK = (
    "visit",
    "question",
    *REPEATING,
    "outbox_message",
    "organisation",
    "routing_rules",
    "desk_municipality",
    "statistics_year",
    "standard_answer",
    "audit_event",
    "retention_rule",
    "retention_hold",
    "retention_run",
    "destruction",
    "right_exercised",
    "user",
)
CHILDREN = {
    "referral_event": ("referral", "referral_id"),
    "message": ("question", "question_id"),
    "translation": ("question", "question_id"),
    "standard_answer_text": ("standard_answer", "answer_id"),
    "token": ("user", "user_id"),
    "user_session": ("user", "user_id"),
    "local_account": ("user", "user_id"),
    "recovery_code": ("user", "user_id"),
    "account_link": ("user", "user_id"),
    "location": ("organisation", "organisation_id"),
    "location_accessibility": ("location", "location_id"),
    "service": ("organisation", "organisation_id"),
    "service_at_location": ("service", "service_id"),
    "service_eligibility": ("service", "service_id"),
    "service_closure": ("service", "service_id"),
    "service_fee": ("service", "service_id"),
    "service_topic": ("service", "service_id"),
    "service_language": ("service", "service_id"),
    "service_area": ("service", "service_id"),
    "schedule": ("service", "service_id"),
    "schedule_language": ("schedule", "schedule_id"),
}
"""What is visible if its parent is: the parent, and the column that points at it."""
SHOWN_TO_ALL = {"desk": "id", "desk_theme": "desk_id"}
"""What every page shows to everybody, so that all may read it and one desk only may change it."""

SETTING = "current_setting('servicebalie.desk', true)"
ALL = f"({SETTING} = '*')"
DESK = f"nullif(nullif({SETTING}, ''), '*')::integer"


def upgrade() -> None:
    """Apply this revision."""
    for table, (parent, column) in REPEATING.items():
        op.add_column(table, sa.Column("desk_id", sa.Integer(), nullable=True))
        op.execute(
            f"UPDATE {table} SET desk_id = (SELECT desk_id FROM {parent} WHERE {parent}.id = {column})"  # noqa: S608 - names from above
        )
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("desk_id", existing_type=sa.Integer(), nullable=False)
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in WITH_DESK:
        _protect(table, _found("desk_id"), _written("desk_id"))
    for table, (parent, column) in CHILDREN.items():
        visible = f'EXISTS (SELECT FROM "{parent}" parent WHERE parent.id = "{table}".{column})'
        _protect(table, f"(SELECT {ALL}) OR {visible}", f"{ALL} OR {visible}")
    for table, column in SHOWN_TO_ALL.items():
        _protect(table, _found(column), _written(column))
        op.execute(f"CREATE POLICY shown_to_all ON {table} FOR SELECT USING (true)")


def _protect(table: str, found: str, written: str) -> None:
    """Show and let change only rows for which `found` holds, and let only such be written as `written` says.

    Forced, it holds for the owner of the table as well; only for superusers nothing holds.
    """
    op.execute(f'CREATE POLICY of_one_desk ON "{table}" USING ({found}) WITH CHECK ({written})')
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def _found(column: str) -> str:
    # As subqueries both are worked out once for a statement, and not for every row.
    return f"{column} = (SELECT {DESK}) OR (SELECT {ALL})"


def _written(column: str) -> str:
    # What is written is a row or a few, for which a subquery costs more than it saves.
    return f"{column} = {DESK} OR {ALL}"


def downgrade() -> None:
    """Undo this revision; desks are kept apart by what every query asks for, and by nothing else."""
    if op.get_bind().dialect.name == "postgresql":
        for table in SHOWN_TO_ALL:
            op.execute(f"DROP POLICY shown_to_all ON {table}")
        for table in (*WITH_DESK, *CHILDREN, *SHOWN_TO_ALL):
            op.execute(f'DROP POLICY of_one_desk ON "{table}"')
            op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    for table in REPEATING:
        op.drop_column(table, "desk_id")
