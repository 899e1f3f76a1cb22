"""Translations beside what people of the demonstration write, made in the way of the worker.

There need be no server for translating: the texts of the demonstration are known in several languages. The
same rules say what may be translated as for real texts, so nothing confidential is.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.keys import Keys
from servicebalie.core.simulated_translator import SimulatedTranslator
from servicebalie.models.delivery import OutboxMessage
from servicebalie.services.outbox import Delivery
from servicebalie.services.translations import keep_translation, text_to_translate

TAKES = timedelta(minutes=1)
"""How long after a text was written its translation is there."""


def translate_noted_texts(
    session: Session, keys: Keys, translator: SimulatedTranslator, desk_id: int
) -> None:
    """Translate what is noted for it at a desk, as far as the translator knows it; the notes stay."""
    noted = select(OutboxMessage.payload, OutboxMessage.created_at).where(
        OutboxMessage.desk_id == desk_id, OutboxMessage.kind == Delivery.TEXT_TO_TRANSLATE.value
    )
    for row in session.execute(noted.order_by(OutboxMessage.id)).all():
        text = text_to_translate(session, keys, row.payload["question"], row.payload.get("message"))
        words = translator.translate(text.text, text.target) if text else None
        if text and words:
            keep_translation(session, keys, text, words, translator.engine, row.created_at + TAKES)
