import pytest

from servicebalie.core import errors
from servicebalie.core.errors import Fault, InvalidInput, ServicebalieError


class TopicClosed(ServicebalieError):
    code = "topic-closed"


def test_an_error_tells_its_code_and_parameters_and_no_sentence() -> None:
    error = TopicClosed(topic="tax", question_id=7)

    assert error.params == {"topic": "tax", "question_id": 7}
    assert str(error) == "topic-closed topic=tax question_id=7"


def test_the_parameters_of_an_error_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TopicClosed(topic="tax").params["topic"] = "work"  # type: ignore[index]  # the mapping is read-only


def test_invalid_input_tells_every_fault_in_order() -> None:
    faults = (Fault("/topic", "unknown-topic"), Fault("/language", "unknown-language", {"given": "xx"}))

    assert InvalidInput(*faults).faults == faults
    assert str(InvalidInput(*faults)) == "invalid-input"


def test_equal_faults_are_one_fault_in_a_set() -> None:
    assert len({Fault("/topic", "unknown-topic"), Fault("/topic", "unknown-topic")}) == 1


def test_every_error_of_the_core_has_a_code_of_its_own() -> None:
    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, ServicebalieError)
    ]

    assert len({error.code for error in classes}) == len(classes) > 1


def test_faults_of_a_part_are_pointed_at_from_the_whole() -> None:
    refusal = InvalidInput(Fault("/topic", "unknown-topic"), Fault("", "not-an-object", {"limit": 2}))
    assert refusal.below("/questions/3") == (
        Fault("/questions/3/topic", "unknown-topic"),
        Fault("/questions/3", "not-an-object", {"limit": 2}),
    )
