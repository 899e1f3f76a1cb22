"""What the reports say about numbers that changed more than chance explains: whole sentences by subject.

Names of values stand between quotation marks where they are phrases of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from servicebalie.core.catalogue import Dimension
from servicebalie.i18n.marking import msgid as _


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """How a change is told of one kind of number.

    All have `month` and `persons`, and `name` but for the total; a name within a place has `place` too. Those
    about what was expected have `low` and `high`, those about an earlier month `earlier` and `value`, and
    the one about a number that was below the threshold before has `threshold`.
    """

    more_than_expected: str
    fewer_than_expected: str
    more_than_before: str
    fewer_than_before: str
    appeared: str


_TOTAL = ChangeWords(
    more_than_expected=_(
        "More people than expected came to the desk in %(month)s: %(persons)s, while %(low)s to "
        "%(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected came to the desk in %(month)s: %(persons)s, while %(low)s to "
        "%(high)s were expected."
    ),
    more_than_before=_(
        "More people came to the desk in %(month)s than in %(earlier)s: %(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people came to the desk in %(month)s than in %(earlier)s: %(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people came to the desk. Until then it was mostly fewer than "
        "%(threshold)s a month."
    ),
)

_TOPIC = ChangeWords(
    more_than_expected=_(
        "More people than expected asked about “%(name)s” in %(month)s: %(persons)s, while %(low)s to "
        "%(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected asked about “%(name)s” in %(month)s: %(persons)s, while %(low)s to "
        "%(high)s were expected."
    ),
    more_than_before=_(
        "More people asked about “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, against "
        "%(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people asked about “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, against "
        "%(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people asked about “%(name)s”. Until then it was mostly fewer than "
        "%(threshold)s a month."
    ),
)

_LANGUAGE = ChangeWords(
    more_than_expected=_(
        "More people than expected spoke %(name)s in %(month)s: %(persons)s, while %(low)s to %(high)s "
        "were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected spoke %(name)s in %(month)s: %(persons)s, while %(low)s to %(high)s "
        "were expected."
    ),
    more_than_before=_(
        "More people spoke %(name)s in %(month)s than in %(earlier)s: %(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people spoke %(name)s in %(month)s than in %(earlier)s: %(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people spoke %(name)s. Until then it was mostly fewer than "
        "%(threshold)s a month."
    ),
)

_LANGUAGE_FAMILY = ChangeWords(
    more_than_expected=_(
        "More people than expected spoke a language of the group “%(name)s” in %(month)s: %(persons)s, "
        "while %(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected spoke a language of the group “%(name)s” in %(month)s: %(persons)s, "
        "while %(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people spoke a language of the group “%(name)s” in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people spoke a language of the group “%(name)s” in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people spoke a language of the group “%(name)s”. Until then it was "
        "mostly fewer than %(threshold)s a month."
    ),
)

_GROUP = ChangeWords(
    more_than_expected=_(
        "More people than expected gave “%(name)s” as their reason for coming in %(month)s: "
        "%(persons)s, while %(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected gave “%(name)s” as their reason for coming in %(month)s: "
        "%(persons)s, while %(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people gave “%(name)s” as their reason for coming in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people gave “%(name)s” as their reason for coming in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people gave “%(name)s” as their reason for coming. Until then it was "
        "mostly fewer than %(threshold)s a month."
    ),
)

_STAY = ChangeWords(
    more_than_expected=_(
        "More people than expected gave “%(name)s” as the time they expect to stay in %(month)s: "
        "%(persons)s, while %(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected gave “%(name)s” as the time they expect to stay in %(month)s: "
        "%(persons)s, while %(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people gave “%(name)s” as the time they expect to stay in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people gave “%(name)s” as the time they expect to stay in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people gave “%(name)s” as the time they expect to stay. Until then "
        "it was mostly fewer than %(threshold)s a month."
    ),
)

_ARRIVAL = ChangeWords(
    more_than_expected=_(
        "More people than expected had arrived “%(name)s” in %(month)s: %(persons)s, while %(low)s to "
        "%(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected had arrived “%(name)s” in %(month)s: %(persons)s, while %(low)s to "
        "%(high)s were expected."
    ),
    more_than_before=_(
        "More people had arrived “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, against "
        "%(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people had arrived “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, against "
        "%(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people had arrived “%(name)s”. Until then it was mostly fewer than "
        "%(threshold)s a month."
    ),
)

_REGISTRATION = ChangeWords(
    more_than_expected=_(
        "More people than expected had the registration “%(name)s” in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected had the registration “%(name)s” in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people had the registration “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people had the registration “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people had the registration “%(name)s”. Until then it was mostly "
        "fewer than %(threshold)s a month."
    ),
)

_CHANNEL = ChangeWords(
    more_than_expected=_(
        "More people than expected used the way of contact “%(name)s” in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected used the way of contact “%(name)s” in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people used the way of contact “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people used the way of contact “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people used the way of contact “%(name)s”. Until then it was mostly "
        "fewer than %(threshold)s a month."
    ),
)

_OUTCOME = ChangeWords(
    more_than_expected=_(
        "More people than expected had a question with the outcome “%(name)s” in %(month)s: "
        "%(persons)s, while %(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected had a question with the outcome “%(name)s” in %(month)s: "
        "%(persons)s, while %(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people had a question with the outcome “%(name)s” in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people had a question with the outcome “%(name)s” in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people had a question with the outcome “%(name)s”. Until then it was "
        "mostly fewer than %(threshold)s a month."
    ),
)

_UNMET_REASON = ChangeWords(
    more_than_expected=_(
        "More people than expected could not be helped for the reason “%(name)s” in %(month)s: "
        "%(persons)s, while %(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected could not be helped for the reason “%(name)s” in %(month)s: "
        "%(persons)s, while %(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people could not be helped for the reason “%(name)s” in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people could not be helped for the reason “%(name)s” in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people could not be helped for the reason “%(name)s”. Until then it "
        "was mostly fewer than %(threshold)s a month."
    ),
)

_MUNICIPALITY = ChangeWords(
    more_than_expected=_(
        "More people than expected came from the municipality of %(name)s in %(month)s: %(persons)s, "
        "while %(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected came from the municipality of %(name)s in %(month)s: %(persons)s, "
        "while %(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people came from the municipality of %(name)s in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people came from the municipality of %(name)s in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people came from the municipality of %(name)s. Until then it was "
        "mostly fewer than %(threshold)s a month."
    ),
)

_COROP = ChangeWords(
    more_than_expected=_(
        "More people than expected came from the region of %(name)s in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected came from the region of %(name)s in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people came from the region of %(name)s in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people came from the region of %(name)s in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people came from the region of %(name)s. Until then it was mostly "
        "fewer than %(threshold)s a month."
    ),
)

_PROVINCE = ChangeWords(
    more_than_expected=_(
        "More people than expected came from the province of %(name)s in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected came from the province of %(name)s in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people came from the province of %(name)s in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people came from the province of %(name)s in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people came from the province of %(name)s. Until then it was mostly "
        "fewer than %(threshold)s a month."
    ),
)

_DESTINATION = ChangeWords(
    more_than_expected=_(
        "More people than expected had a question for “%(name)s” in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected had a question for “%(name)s” in %(month)s: %(persons)s, while "
        "%(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people had a question for “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people had a question for “%(name)s” in %(month)s than in %(earlier)s: %(persons)s, "
        "against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people had a question for “%(name)s”. Until then it was mostly fewer "
        "than %(threshold)s a month."
    ),
)

_TOPIC_IN_PLACE = ChangeWords(
    more_than_expected=_(
        "More people than expected from %(place)s asked about “%(name)s” in %(month)s: %(persons)s, "
        "while %(low)s to %(high)s were expected."
    ),
    fewer_than_expected=_(
        "Fewer people than expected from %(place)s asked about “%(name)s” in %(month)s: %(persons)s, "
        "while %(low)s to %(high)s were expected."
    ),
    more_than_before=_(
        "More people from %(place)s asked about “%(name)s” in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    fewer_than_before=_(
        "Fewer people from %(place)s asked about “%(name)s” in %(month)s than in %(earlier)s: "
        "%(persons)s, against %(value)s then."
    ),
    appeared=_(
        "In %(month)s, %(persons)s people from %(place)s asked about “%(name)s”. Until then it was "
        "mostly fewer than %(threshold)s a month."
    ),
)

CHANGES: Mapping[tuple[Dimension, ...], ChangeWords] = {
    (): _TOTAL,
    (Dimension.MAIN_TOPIC,): _TOPIC,
    (Dimension.TOPIC,): _TOPIC,
    (Dimension.LANGUAGE_FAMILY,): _LANGUAGE_FAMILY,
    (Dimension.LANGUAGE,): _LANGUAGE,
    (Dimension.GROUP,): _GROUP,
    (Dimension.STAY,): _STAY,
    (Dimension.ARRIVAL,): _ARRIVAL,
    (Dimension.REGISTRATION,): _REGISTRATION,
    (Dimension.CHANNEL,): _CHANNEL,
    (Dimension.OUTCOME,): _OUTCOME,
    (Dimension.UNMET_REASON,): _UNMET_REASON,
    (Dimension.PROVINCE,): _PROVINCE,
    (Dimension.COROP,): _COROP,
    (Dimension.MUNICIPALITY,): _MUNICIPALITY,
    (Dimension.DESTINATION,): _DESTINATION,
    (Dimension.MUNICIPALITY, Dimension.MAIN_TOPIC): _TOPIC_IN_PLACE,
}
"""The sentences for each table that is published of a month, by what it counts by."""
