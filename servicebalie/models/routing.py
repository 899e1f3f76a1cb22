"""The rules of desks for routing."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.models.base import Base


class RoutingRules(Base):
    """One version of the rules of a desk; the newest is in force, and all are kept.

    `user_id` is None for what was set at the terminal.
    """

    __tablename__ = "routing_rules"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str | None] = mapped_column(String(300))
