"""The API: one file per resource, schemas beside it."""

from flask import Flask

from servicebalie.api import (
    audit,
    code_lists,
    directory,
    docs,
    questions,
    referrals,
    rights,
    routing,
    services,
    standard_answers,
    tokens,
    trend_documents,
    trends,
    visits,
)
from servicebalie.api.framework import make_api


def register_api(app: Flask) -> None:
    """Add the API to the application."""
    api = make_api(app)
    api.register_blueprint(questions.resources)
    api.register_blueprint(visits.resources)
    api.register_blueprint(referrals.resources)
    api.register_blueprint(rights.resources)
    api.register_blueprint(code_lists.resources)
    api.register_blueprint(routing.resources)
    api.register_blueprint(services.resources)
    api.register_blueprint(directory.resources)
    api.register_blueprint(standard_answers.resources)
    api.register_blueprint(tokens.resources)
    api.register_blueprint(audit.resources)
    api.register_blueprint(trends.resources)
    api.register_blueprint(trend_documents.resources)
    app.register_blueprint(docs.pages)
