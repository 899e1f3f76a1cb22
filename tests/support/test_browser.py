"""The browser of the tests is the Chromium of this machine."""

import pytest
from playwright.sync_api import Page


@pytest.mark.browser
def test_a_page_is_shown(page: Page) -> None:
    page.set_content("<h1 lang='pl'>Dzień dobry</h1>")
    assert page.get_by_role("heading").inner_text() == "Dzień dobry"
