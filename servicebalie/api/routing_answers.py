"""What the API reads and answers about routing: rules, explanations and trials."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate, validates_schema

from servicebalie.api.framework import AnswerSchema
from servicebalie.api.question_answers import (
    AddressSchema,
    OpeningSchema,
    ReasonSchema,
    location_json,
    opening_json,
    reasons_json,
)
from servicebalie.api.question_schemas import raise_faults
from servicebalie.core.directory import Service
from servicebalie.core.errors import Fault
from servicebalie.core.ranking import Distance
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.routing_explanation import Candidate, Explanation, TopicLooks
from servicebalie.core.routing_rule_file import IN_FILE, IN_JSON
from servicebalie.core.routing_rules import Rule, RuleSet, rule_values
from servicebalie.core.vocabulary import (
    Arrival,
    Channel,
    Destination,
    Group,
    ReferralKind,
    Registration,
    Stay,
)
from servicebalie.http.fields import (
    Boolean,
    Code,
    InputSchema,
    LanguageCode,
    MunicipalityCode,
    Text,
    TopicCode,
)
from servicebalie.http.locale import sentences
from servicebalie.i18n.desk_words import FAULTS
from servicebalie.services.routing_rules import MAX_NOTE
from servicebalie.services.routing_trials import MOST_QUESTIONS, Move, Trial

REFERENCE_LENGTH = 20


class ServiceInRoutingSchema(AnswerSchema):
    """A service by its id, its name and that of its organisation."""

    id = fields.String()
    name = fields.String()
    organisation = fields.String()


class RuleSchema(AnswerSchema):
    """A rule: conditions that must all hold, and one of `service`, `destination` and `asTopic`.

    `open` is the id of a service that must be open at this moment, or `target` for where the rule sends the
    question; `anywhere` and `anyone` overrule the area of the service and whom it is for. A rule without
    `topics` is about every topic that is not sensitive.
    """

    name = fields.String()
    topics = fields.List(fields.String(), metadata={"sometimes": True})
    languages = fields.List(fields.String(), metadata={"sometimes": True})
    municipalities = fields.List(fields.String(), metadata={"sometimes": True})
    groups = fields.List(Code(Group), metadata={"sometimes": True})
    stays = fields.List(Code(Stay), metadata={"sometimes": True})
    arrivals = fields.List(Code(Arrival), metadata={"sometimes": True})
    registrations = fields.List(Code(Registration), metadata={"sometimes": True})
    channels = fields.List(Code(Channel), metadata={"sometimes": True})
    open = fields.String(metadata={"sometimes": True})
    service = fields.String(metadata={"sometimes": True})
    anywhere = fields.Boolean(metadata={"sometimes": True})
    anyone = fields.Boolean(metadata={"sometimes": True})
    destination = Code(Destination, metadata={"sometimes": True})
    asTopic = fields.String(metadata={"sometimes": True})


class RulesSchema(AnswerSchema):
    """The rules in force, in their order; version 0 is that of a desk that never set any."""

    version = fields.Integer()
    rules = fields.List(fields.Nested(RuleSchema))


class RuleWarningSchema(AnswerSchema):
    """Something to know about rules that is no reason to refuse them."""

    pointer = fields.String()
    code = fields.String()
    detail = fields.String()


class StoredRulesSchema(RulesSchema):
    """Rules that are in force from now on."""

    warnings = fields.List(fields.Nested(RuleWarningSchema))


class AsSent(fields.Field[Any]):
    """Rules as they were sent; they are read, and documented, by what they are elsewhere."""


class NewRulesSchema(InputSchema):
    """Rules to put in force, in their order."""

    rules = AsSent(
        required=True,
        metadata={"type": "array", "items": {"type": "object"}, "description": "Rules, as GET gives them."},
    )
    note = Text(MAX_NOTE, metadata={"description": "Why they were changed, for colleagues."})


class NewTrialSchema(InputSchema):
    """Rules to try on the newest questions."""

    rules = AsSent(
        required=True,
        metadata={"type": "array", "items": {"type": "object"}, "description": "Rules, as GET gives them."},
    )
    last = fields.Integer(
        load_default=1000,
        validate=validate.Range(
            1, MOST_QUESTIONS, error=f"number-out-of-range least=1 most={MOST_QUESTIONS}"
        ),
    )


class NewExplanationSchema(InputSchema):
    """What to explain: facts, or the reference of a question."""

    question = Text(REFERENCE_LENGTH, metadata={"description": "A reference: as if it is routed again now."})
    topic = TopicCode()
    language = LanguageCode()
    municipality = MunicipalityCode()
    group = Code(Group)
    stay = Code(Stay)
    arrival = Code(Arrival)
    registration = Code(Registration)
    channel = Code(Channel)
    consent = Boolean(metadata={"description": "The person agrees that the question is passed on."})

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_one(self, _data: Mapping[str, Any], original: Any, **_: Any) -> None:
        if isinstance(original, Mapping) and "question" in original and len(original) > 1:
            raise_faults({"question": "facts-or-question"})


class DecisionSchema(AnswerSchema):
    """Where the question would go; `kind` is null when it would stay at the desk."""

    kind = Code(ReferralKind, allow_none=True)
    destination = Code(Destination)
    service = fields.Nested(ServiceInRoutingSchema)
    address = fields.Nested(AddressSchema, allow_none=True)
    nextOpening = fields.Nested(OpeningSchema, allow_none=True)
    reasons = fields.List(fields.Nested(ReasonSchema))


class RuleLookSchema(AnswerSchema):
    """A rule that was looked at for a topic; `failed` is the condition that did not hold, null if all did."""

    rule = fields.String()
    topic = fields.String(allow_none=True)
    failed = fields.String(allow_none=True)


class CandidateSchema(AnswerSchema):
    """A place that the question could go to, and what is compared, in the order in which it counts.

    `servesAll` counts when the municipality is unknown. `shareInUse` is how much
    of its capacity is in use, null without a known capacity.
    """

    service = fields.Nested(ServiceInRoutingSchema)
    address = fields.Nested(AddressSchema, allow_none=True)
    servesAll = fields.Boolean()
    full = fields.Boolean()
    speaks = fields.Boolean()
    distance = fields.String(metadata={"enum": [each.name.lower().replace("_", "-") for each in Distance]})
    nextOpening = fields.Nested(OpeningSchema, allow_none=True)
    shareInUse = fields.Float(allow_none=True)


class ExplanationSchema(AnswerSchema):
    """What would happen now and why. The first candidate is chosen; `others` were not compared further."""

    explainedAt = fields.DateTime()
    rulesVersion = fields.Integer()
    directoryVersion = fields.Integer()
    decision = fields.Nested(DecisionSchema)
    rules = fields.List(fields.Nested(RuleLookSchema))
    candidates = fields.List(fields.Nested(CandidateSchema))
    others = fields.Integer()


class MoveSchema(AnswerSchema):
    """How many questions would go from one service to another."""

    fromDestination = Code(Destination)
    fromService = fields.Nested(ServiceInRoutingSchema)
    toDestination = Code(Destination)
    toService = fields.Nested(ServiceInRoutingSchema)
    count = fields.Integer()


class TrialSchema(AnswerSchema):
    """What rules would do with the newest questions; nothing was stored."""

    questions = fields.Integer()
    moved = fields.Integer()
    moves = fields.List(fields.Nested(MoveSchema))
    references = fields.List(fields.String(), metadata={"description": "The newest that move, at most 100."})
    warnings = fields.List(fields.Nested(RuleWarningSchema))


def facts_from(body: Mapping[str, Any]) -> RoutingFacts:
    """Return the facts that were sent."""
    names = ("topic", "language", "municipality", "group", "stay", "arrival", "registration", "channel")
    return RoutingFacts(**{name: body.get(name) for name in names}, consents=body.get("consent", False))


def rules_json(rules: RuleSet) -> dict[str, Any]:
    """Return rules as JSON values."""
    return {"version": rules.version, "rules": [_rule_json(rule) for rule in rules.rules]}


def warnings_json(warnings: Iterable[Fault]) -> list[dict[str, str]]:
    """Return warnings as JSON values, in the language of the request."""
    catalogue = sentences()
    return [
        {
            "pointer": warning.pointer,
            "code": warning.code,
            "detail": catalogue.gettext(FAULTS[warning.code]) % warning.params,
        }
        for warning in warnings
    ]


def explanation_json(explanation: Explanation, at: datetime, directory_version: int) -> dict[str, Any]:
    """Return an explanation as JSON values."""
    decision = explanation.decision
    return {
        "explainedAt": at,
        "rulesVersion": decision.rules_version,
        "directoryVersion": directory_version,
        "decision": {
            "kind": decision.kind,
            "destination": decision.destination,
            "service": _service_json(decision.service),
            "address": location_json(decision.location),
            "nextOpening": opening_json(decision.opening),
            "reasons": reasons_json(decision.reasons),
        },
        "rules": [look for looks in explanation.rules for look in _looks_json(looks)],
        "candidates": [_candidate_json(candidate) for candidate in explanation.candidates],
        "others": explanation.others,
    }


def trial_json(trial: Trial, warnings: Iterable[Fault]) -> dict[str, Any]:
    """Return a trial as JSON values."""
    return {
        "questions": trial.looked_at,
        "moved": trial.moved,
        "moves": [_move_json(move) for move in trial.moves],
        "references": list(trial.references),
        "warnings": warnings_json(warnings),
    }


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {IN_JSON if name == IN_FILE else name: value for name, value in rule_values(rule).items()}


def _looks_json(looks: TopicLooks) -> Iterator[dict[str, Any]]:
    for look in looks.rules:
        yield {"rule": look.rule, "topic": looks.topic, "failed": look.failed}


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    finite = candidate.load is not None and candidate.load != float("inf")
    return {
        "service": _service_json(candidate.service),
        "address": location_json(candidate.location),
        "servesAll": candidate.serves_all,
        "full": candidate.full,
        "speaks": candidate.speaks,
        "distance": candidate.distance.name.lower().replace("_", "-"),
        "nextOpening": opening_json(candidate.opening),
        "shareInUse": candidate.load if finite else None,
    }


def _move_json(move: Move) -> dict[str, Any]:
    return {
        "fromDestination": move.from_service.destination,
        "fromService": _service_json(move.from_service),
        "toDestination": move.to_service.destination,
        "toService": _service_json(move.to_service),
        "count": move.count,
    }


def _service_json(service: Service) -> dict[str, str]:
    return {"id": str(service.id), "name": service.name, "organisation": service.organisation}
