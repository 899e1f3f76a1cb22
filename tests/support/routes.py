"""Every route of an application, from its URL map, and a request that each of them understands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Any

from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from servicebalie.core.permissions import Action
from servicebalie.core.reference_codes import encode_referral, encode_visit
from servicebalie.http.transaction import action_of

BODIES: Mapping[str, Any] = {
    "questions.post_question": {"topic": "bsn", "visit": "$visit"},
    "questions.post_batch": {"questions": [{"topic": "bsn", "visit": "$visit"}]},
    "questions.patch_question": {"topic": "work"},
    "questions.post_question_message": {"text": "Hello"},
    "questions.post_close": {"outcome": "met"},
    "referrals.post_return": {"reason": "not-our-task"},
    "referrals.post_ask_back": {"text": "Hello?"},
    "referrals.post_answer": {"text": "Hello"},
    "referrals.post_complete": {"outcome": "met"},
    "routing.post_explanation": {"question": "$question"},
    "routing.post_trial": {"rules": []},
    "routing.post_rules": {"rules": []},
    "standard-answers.post_use": {"topic": "bsn", "language": "nl", "version": 1},
    "tokens.post_token": {"scopes": ["directory:read"]},
    "rights.post_request": {"right": "access", "visit": "$visit"},
    "rights.post_answer": {"result": "refused"},
    "rights.post_right": {"visit": "$visit"},
    "visits.post_search": {"phone": "+31612345678"},
}
"""What is sent as JSON, with names of things; to all others an empty object."""

QUERIES: Mapping[str, str] = {
    "standard-answers.get_standard_answers": "?topic=bsn",
    "trends.get_series": "?table=total&from=2026-09&to=2026-10",
}
SHOWN: Mapping[str, str] = {
    "directory.get_directory": "Only here",
    "inbox.overview": "$referral",
    "questions.get_questions": "$question",
    "referrals.get_referrals": "$referral",
    "services.get_organisations": "Only here",
    "services.get_services": "Only here",
    "standard-answers.get_standard_answers": '"topic":"bsn"',
    "tokens.get_tokens": "$prefix",
    "trends.get_catalogue": "2026-10",
    "trends.get_releases": "2026-10",
    "trends.get_series": "147",
    "visits.post_search": "$question",
}
"""What is found in the list of who may see it, and not in that of others."""

NOT_THERE: Mapping[str, str] = {
    "question": "22222222",
    "referral": encode_referral(7),
    "visit": encode_visit(7),
    "service_id": "999999999",
    "prefix": "sb_nothing",
    "month": "2026-09",
    "quarter": "2026-Q2",
    "year": "2024",
    "period": "2026-09",
}
"""Names of things that nobody has."""

FIXED: Mapping[str, str] = {
    "locale": "nl",
    "document": "chart-stay",
    "name": "data",
    "extension": "csv",
    "further": "more",
    "secret": "nothing",
    "session_id": "999999999",
    "request": encode_visit(8),
    "filename": "nothing.css",
    "sha256": "0" * 64,
}


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address of the application."""

    method: str
    rule: Rule
    action: Action | None

    @property
    def name(self) -> str:
        """How the matrix calls it."""
        return f"{self.method} {self.rule.rule}"

    @property
    def endpoint(self) -> str:
        """How the application calls it."""
        return self.rule.endpoint

    @property
    def is_page(self) -> bool:
        """Whether it is for browsers, which send a cookie instead of a token."""
        return not self.rule.rule.startswith("/api/")

    @property
    def is_about_something(self) -> bool:
        """Whether it is about a thing that somebody has, or lists such things."""
        named = self.rule.arguments & {*NOT_THERE, "reference"}
        return self.action is not None and bool(named or self._shows or "$" in self._sends)

    @property
    def is_about_a_question(self) -> bool:
        """Whether it is about a question or a referral of one, or lists them."""
        told = re.findall(r"\$(question|referral|visit)", self._shows + self._sends)
        return self.action is not None and bool(told or "reference" in self.rule.arguments)

    @property
    def _sends(self) -> str:
        return json.dumps(BODIES.get(self.endpoint, {}))

    @property
    def _shows(self) -> str:
        # Other parts of the inbox than its beginning have nothing in them.
        return "" if "shown" in self.rule._converters else SHOWN.get(self.endpoint, "")

    def path(self, names: Mapping[str, str]) -> str:
        """Return its address for things of these names."""
        is_referral = self.endpoint.startswith(("referrals.", "inbox."))
        given = {**FIXED, **names, "reference": names["referral" if is_referral else "question"]}
        for name, converter in self.rule._converters.items():
            if isinstance(converter, AnyConverter) and name != "locale":
                given[name] = min(converter.items)
        filled = re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: given[found[1]], self.rule.rule)
        return filled + QUERIES.get(self.endpoint, "")

    def body(self, names: Mapping[str, str]) -> Any:
        """Return what is sent there about things of these names."""
        return json.loads(Template(self._sends).substitute(names))

    def shown(self, names: Mapping[str, str]) -> str:
        """Return what is found in its answer by who may see it."""
        return Template(self._shows).substitute(names)


def routes_of(app: Flask) -> list[Route]:
    """Return all routes of an application, by their addresses."""
    found = [
        Route(method, rule, action_of(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda route: (route.rule.rule, route.method))
