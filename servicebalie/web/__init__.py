"""The pages: for newcomers and for policymakers."""

from flask import Flask

from servicebalie.web import ask, returning, start
from servicebalie.web.layout import set_up_layout


def register_pages(app: Flask) -> None:
    """Add all pages to the application."""
    set_up_layout(app)
    for pages in (start.pages, ask.pages, returning.pages):
        app.register_blueprint(pages)
