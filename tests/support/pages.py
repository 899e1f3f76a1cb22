"""Every page there is, from the addresses of the application, so that none can be forgotten."""

from itertools import product

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, RequestRedirect, Rule

NO_PAGES = {
    "account.end_one": "leads to the page of the account, or asks what account.end_all does",
    "account_links.open_link": "leads to what is to be done with the link",
    "ask.beginning": "leads to the first page of the form",
    "inbox.accept_referral": "leads to the page of the referral",
    "openid.begin": "leads to the provider of identities",
    "openid.callback": "leads on by itself",
    "openid.sign_out": "leads to the provider of identities",
    "own_copy.copy": "gives a file",
    "report_files.show": "gives a file",
    "returning.beginning": "leads to the form for the return code",
    "security_text.show": "gives a text for who found a weakness",
    "sign_in.sign_out": "leads to the form for the token",
    "sign_in.without_language": "leads to the same page in a language",
    "theme.logo": "gives a picture",
    "theme.stylesheet": "gives a stylesheet",
}
"""Addresses of the website that show nothing of their own, and why."""

OF_THE_DESK = (
    "account.",
    "account_links.",
    "inbox.",
    "local_sign_in.",
    "openid.",
    "own_password.",
    "reports.",
    "sign_in.",
)
"""How the names of pages begin that exist in the languages of the desk only."""

PROBLEM = "problem"
"""The page that tells that there is no such page, or that something went wrong."""


def page_names(app: Flask) -> set[str]:
    """Return the name of every page: its endpoint, and which one it is where an endpoint has several."""
    names = {PROBLEM}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/api/", "/static/")) and rule.endpoint not in NO_PAGES:
            names |= {"/".join([rule.endpoint, *chosen]) for chosen in product(*_choices(rule).values())}
    return names


def page_name(app: Flask, method: str, path: str) -> str:
    """Return the name of the page that a request gets."""
    try:
        rule, arguments = app.url_map.bind("localhost").match(path, method=method, return_rule=True)
    except (HTTPException, RequestRedirect):
        return PROBLEM
    return "/".join([rule.endpoint, *(str(arguments[name]) for name in _choices(rule))])


def _choices(rule: Rule) -> dict[str, list[str]]:
    """Return the arguments of an address that name one of a few pages, with what they may be."""
    found = {name: [str(value)] for name, value in (rule.defaults or {}).items()}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter) and name != "locale":
            found[name] = sorted(converter.items)
    return found
