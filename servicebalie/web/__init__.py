"""The pages: for newcomers, for partners and for policymakers."""

from flask import Flask

from servicebalie.web.account import pages as account
from servicebalie.web.account_links import pages as account_links
from servicebalie.web.ask import pages as ask
from servicebalie.web.confirmation import pages as confirmation
from servicebalie.web.inbox import pages as inbox
from servicebalie.web.layout import set_up_layout
from servicebalie.web.local_sign_in import pages as local_sign_in
from servicebalie.web.openid import pages as openid
from servicebalie.web.own_copy import pages as own_copy
from servicebalie.web.own_decisions import pages as own_decisions
from servicebalie.web.own_password import pages as own_password
from servicebalie.web.own_visit import pages as own_visit
from servicebalie.web.returning import pages as returning
from servicebalie.web.security_text import pages as security_text
from servicebalie.web.sign_in import pages as sign_in
from servicebalie.web.sign_in import set_up_sign_in
from servicebalie.web.start import pages as start
from servicebalie.web.theme import pages as theme
from servicebalie.web.trend_files import pages as trend_files
from servicebalie.web.trends import pages as trends
from servicebalie.web.typed_before import set_up_kept


def register_pages(app: Flask) -> None:
    """Add all pages to the application."""
    set_up_layout(app)
    set_up_kept(app)
    set_up_sign_in(app)
    of_newcomers = (start, ask, confirmation, returning, own_visit, own_decisions, own_copy)
    of_accounts = (sign_in, local_sign_in, openid, account_links, account, own_password)
    for pages in (*of_newcomers, *of_accounts, inbox, trends, trend_files, theme, security_text):
        app.register_blueprint(pages)
