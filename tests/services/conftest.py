"""Services at work for a small desk, on both databases."""

from collections.abc import Iterator

import pytest

from servicebalie.db import Database
from servicebalie.services.question_views import QuestionView
from servicebalie.services.visits import VisitFacts
from tests.support.referrals import PartnerAtWork, partner
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace, open_small_desk


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def small_desk(database: Database) -> SmallWorkplace:
    """A small desk at work."""
    return open_small_desk(database)


@pytest.fixture
def question(small_desk: SmallWorkplace) -> QuestionView:
    """A question that the library, which has three working days, was asked to take."""
    facts = VisitFacts(municipality=EINDHOVEN)
    return small_desk.register("dutch-course", text="Kurs", facts=facts).questions[0]


@pytest.fixture
def library(small_desk: SmallWorkplace) -> PartnerAtWork:
    """The librarian."""
    return partner(small_desk, "library")
