"""How the pages of a desk look: set by whoever runs the desk, and read for every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from servicebalie.core.logos import Logo
from servicebalie.core.theme import Stylesheet, make_stylesheet
from servicebalie.models.desks import DeskTheme


@dataclass(frozen=True, slots=True)
class ThemeFacts:
    """What a page needs to know of a theme; without colours and logo it looks as shipped."""

    colours: tuple[tuple[str, str], ...] = ()
    logo_kind: str | None = None
    logo_sha256: str | None = None

    @property
    def stylesheet(self) -> Stylesheet | None:
        """The stylesheet of the colours, or None when there are none."""
        return _stylesheet(self.colours) if self.colours else None


def set_theme(session: Session, desk_id: int, colours: Mapping[str, str], logo: Logo | None) -> None:
    """Let a desk look like this from now on, instead of how it looked; the colours were checked before."""
    session.execute(delete(DeskTheme).where(DeskTheme.desk_id == desk_id))
    if not colours and logo is None:
        return
    session.add(
        DeskTheme(
            desk_id=desk_id,
            colours=dict(colours),
            logo=logo.content if logo else None,
            logo_kind=logo.kind if logo else None,
            logo_sha256=logo.sha256 if logo else None,
        )
    )
    session.flush()


def find_logo(session: Session, desk_id: int, kind: str, sha256: str) -> Logo | None:
    """Return the logo of a desk if it is this one."""
    content = session.scalar(
        select(DeskTheme.logo).where(
            DeskTheme.desk_id == desk_id, DeskTheme.logo_kind == kind, DeskTheme.logo_sha256 == sha256
        )
    )
    return None if content is None else Logo(content, kind, sha256)


@lru_cache(maxsize=64)
def _stylesheet(colours: tuple[tuple[str, str], ...]) -> Stylesheet:
    # Made for every page otherwise.
    return make_stylesheet(dict(colours))
