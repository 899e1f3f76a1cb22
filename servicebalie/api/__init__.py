"""The API: one file per resource, schemas beside it."""

from flask import Flask


def register_api(app: Flask) -> None:
    """Add the API to the application."""
