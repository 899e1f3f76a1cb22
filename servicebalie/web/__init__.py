"""The pages: for newcomers and for policymakers."""

from flask import Flask


def register_pages(app: Flask) -> None:
    """Add all pages to the application."""
