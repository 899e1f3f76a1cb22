"""Which reports there are, from the published store alone."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from servicebalie.models.releases import Release

_MONTH = "____-__"
_QUARTER = "____-Q_"


def latest_month(session: Session, desk_slug: str) -> str | None:
    """Return the newest month, as YYYY-MM, of which a desk published a report, or None."""
    months = (Release.period.like(_MONTH), Release.period.not_like(_QUARTER))
    return session.scalar(select(func.max(Release.period)).where(Release.desk == desk_slug, *months))
