"""What a browser may keep of the form, so that its own back button works."""

import pytest
from flask import Flask

from tests.web.plain_browser import PlainBrowser


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ({}, True),
        ({"topic": "health"}, True),
        ({"topic": "work", "text": "Where can I find a job?"}, True),
        ({"search": "dentist"}, True),
        ({"topic": "exploitation"}, False),
        ({"topic": "health", "text": "My husband beats me"}, False),
        ({"search": "trafficking"}, False),
    ],
)
def test_a_page_may_be_shown_again_unless_it_may_be_about_something_sensitive(
    app: Flask, answers: dict[str, str], kept: bool
) -> None:
    response = app.test_client().post("/en/ask/question", data=answers)
    assert response.headers["Cache-Control"] == ("private, no-cache" if kept else "no-store")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_with_the_return_code_is_never_kept(app: Flask) -> None:
    browser = PlainBrowser(app.test_client())
    browser.post("/en/ask/check", {"topic": "health"})
    response = app.test_client().post("/en/ask/send", data=browser.page.form)
    assert 'class="code"' in response.text
    assert response.headers["Cache-Control"] == "no-store"
