"""What people wrote, in answers: messages, translations, and the numbers that a text seems to hold.

The newcomer's own pages do not tell of these numbers: staff and partners are warned.
"""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from servicebalie.api.framework import AnswerSchema
from servicebalie.core.personal_numbers import PersonalNumber, kinds_of_personal_numbers
from servicebalie.core.vocabulary import Author
from servicebalie.http.fields import Code
from servicebalie.services.question_views import MessageView, TranslationView


def numbers_field() -> fields.List[Any]:
    """Return the field that tells of the numbers in a text and its translations."""
    return fields.List(
        Code(PersonalNumber),
        metadata={
            "description": "Numbers that the text, or a translation of it, seems to hold and nobody needs "
            "here; a reason to look, and no proof. `POST /api/v1/questions/{reference}/mask` masks them."
        },
    )


class TranslationSchema(AnswerSchema):
    """What was written, in another language; made by a person or by a machine, which makes mistakes."""

    language = fields.String()
    text = fields.String()
    machine = fields.Boolean()
    engine = fields.String(
        allow_none=True, metadata={"description": "Which program made it, and where; null for a person."}
    )
    madeAt = fields.DateTime()


class MessageSchema(AnswerSchema):
    """A message about a question; `text` is what was written."""

    author = Code(Author)
    text = fields.String()
    language = fields.String(allow_none=True)
    sentAt = fields.DateTime()
    translations = fields.List(fields.Nested(TranslationSchema))
    personalNumbers = numbers_field()


def message_json(message: MessageView) -> dict[str, Any]:
    """Return a message as JSON values."""
    return {
        "author": message.author,
        "text": message.text,
        "language": message.language,
        "sentAt": message.sent_at,
        "translations": [translation_json(translation) for translation in message.translations],
        "personalNumbers": numbers_in(message.text, message.translations),
    }


def translation_json(translation: TranslationView) -> dict[str, Any]:
    """Return a translation as JSON values."""
    return {
        "language": translation.language,
        "text": translation.text,
        "machine": translation.machine,
        "engine": translation.engine,
        "madeAt": translation.made_at,
    }


def numbers_in(text: str | None, translations: Sequence[TranslationView] = ()) -> tuple[PersonalNumber, ...]:
    """Return which numbers a text and its translations seem to hold."""
    return kinds_of_personal_numbers(text, *(one.text for one in translations))
