"""`/routing`: the rules of the desk, why a question goes where it goes, and what other rules would do."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request

from servicebalie.api.framework import Resources, documents, json_response, refuse_unacceptable
from servicebalie.api.questions import IDEMPOTENCY_KEY, IF_MATCH, WITH_BODY
from servicebalie.api.routing_answers import (
    ExplanationSchema,
    NewExplanationSchema,
    NewRulesSchema,
    NewTrialSchema,
    RulesSchema,
    StoredRulesSchema,
    TrialSchema,
    explanation_json,
    facts_from,
    rules_json,
    trial_json,
    warnings_json,
)
from servicebalie.core.audit import RecordKind
from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.permissions import Action, require, sees_sensitive
from servicebalie.core.reference_codes import normalise_reference
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.routing_check import check_reading
from servicebalie.core.routing_explanation import explain
from servicebalie.core.routing_facts import NOBODY_PASSED_OVER, PassedOver, passed_over
from servicebalie.core.routing_rule_file import read_rules
from servicebalie.core.routing_rules import Rule, RuleSet
from servicebalie.http.audit import about
from servicebalie.http.idempotency import idempotent
from servicebalie.http.problems import IfMatchMissing
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.services.questions import find_question
from servicebalie.services.referral_counts import referral_counts
from servicebalie.services.routing_rules import RulesChanged, rules_in_force, set_rules
from servicebalie.services.routing_trials import try_rules
from servicebalie.services.visits import routing_facts

resources = Resources(
    "routing", __name__, url_prefix=f"{API_PATH}/routing", description="Where questions go, and why."
)
resources.before_request(refuse_unacceptable)


@resources.route("/rules", methods=["GET"])
@documents()
@for_action(Action.READ_ROUTING_RULES)
@resources.response(200, RulesSchema)
def get_rules() -> Response:
    """Give the rules in force; their ETag is needed to change them."""
    rules = rules_in_force(job().session, job().work.desk_id)
    return _tagged(json_response(rules_json(rules)), rules.version)


@resources.route("/rules", methods=["POST"])
@documents(
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.PRECONDITION_REQUIRED,
    *WITH_BODY,
    headers=(IF_MATCH, IDEMPOTENCY_KEY),
)
@for_action(Action.SET_ROUTING_RULES, writes=True)
@idempotent
@resources.body(NewRulesSchema)
@resources.response(201, StoredRulesSchema)
def post_rules(body: Mapping[str, Any]) -> Response:
    """Put rules in force in the place of those whose ETag is in If-Match; these are kept."""
    work = job().work
    rules, warnings = _checked(body["rules"])
    if not request.if_match:
        raise IfMatchMissing
    version = rules_in_force(job().session, work.desk_id).version
    if not request.if_match.contains(str(version)):
        raise RulesChanged
    stored = set_rules(
        job().session,
        work.desk_id,
        rules,
        after=version,
        now=work.now,
        user_id=work.user_id,
        note=body.get("note"),
    )
    about(RecordKind.RULES, stored)
    answer = {**rules_json(RuleSet(stored, rules)), "warnings": warnings_json(warnings)}
    return _tagged(json_response(answer, 201), stored)


@resources.route("/explanations", methods=["POST"])
@documents(HTTPStatus.NOT_FOUND, *WITH_BODY)
@for_action(Action.EXPLAIN_ROUTING)
@resources.body(NewExplanationSchema)
@resources.response(200, ExplanationSchema)
def post_explanation(body: Mapping[str, Any]) -> Response:
    """Explain where a question would go now: one with these facts, or a stored one if it were routed again.

    Nothing is stored.
    """
    work = job().work
    facts, left_out = _facts(body)
    explanation = explain(facts, work.directory, work.now, referral_counts(job().session), left_out)
    return json_response(explanation_json(explanation, work.now, work.directory.version))


@resources.route("/trials", methods=["POST"])
@documents(*WITH_BODY)
@for_action(Action.TRY_ROUTING_RULES)
@resources.body(NewTrialSchema)
@resources.response(200, TrialSchema)
def post_trial(body: Mapping[str, Any]) -> Response:
    """Tell which of the newest questions would have gone elsewhere by these rules; nothing is stored."""
    work = job().work
    rules, warnings = _checked(body["rules"])
    trial = try_rules(
        job().session,
        work.desk_id,
        work.directory,
        rules,
        last=body["last"],
        cleared=sees_sensitive(job().user, Action.TRY_ROUTING_RULES),
    )
    return json_response(trial_json(trial, warnings))


def _checked(sent: object) -> tuple[tuple[Rule, ...], tuple[Fault, ...]]:
    """Return rules that were sent, and warnings about them; raises `InvalidInput` with all faults."""
    directory = job().work.directory
    reading = read_rules(sent, directory)
    report = check_reading(reading, directory, job().work.now)
    if report.faults:
        raise InvalidInput(*report.faults)
    return reading.rules, report.warnings


def _facts(body: Mapping[str, Any]) -> tuple[RoutingFacts, PassedOver]:
    """Return what routing looks at and, of a stored question, who returned it or let it lie."""
    if "question" not in body:
        return facts_from(body), NOBODY_PASSED_OVER
    require(job().user, Action.READ_QUESTION)
    reference = normalise_reference(body["question"])
    question = find_question(job().session, job().work, job().user, reference)
    facts = routing_facts(question.topic, question.facts, consents=question.consented_at is not None)
    return facts, passed_over((one.service.id, one.status) for one in question.referrals)


def _tagged(response: Response, version: int) -> Response:
    response.set_etag(str(version))
    return response
