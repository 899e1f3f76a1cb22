"""`GET` and `PATCH /questions/{reference}`: one question, and nobody's changes are overwritten."""

import pytest

from api_tests.client import Client, faults_of, json_of, refusal, without_opening
from tests.support.small_desk import BREDA, EINDHOVEN


def path_of(question: dict[str, object]) -> str:
    """Return the path of a question."""
    return f"/questions/{question['reference']}"


def test_a_reference_may_be_typed_in_small_letters_and_with_hyphens(desk: Client) -> None:
    reference = desk.register(topic="bsn")["reference"]
    typed = f"{reference[:4]}-{reference[4:]}".lower()
    assert desk.get(f"/questions/{typed}")["reference"] == reference


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("22222222", (404, "question-not-found")),
        ("22222223", (404, "invalid-reference")),
        ("%00%ff", (404, "invalid-reference")),
    ],
)
def test_a_question_that_is_not_there_is_not_found(
    desk: Client, reference: str, problem: tuple[int, str]
) -> None:
    assert refusal(desk.call("GET", f"/questions/{reference}")) == problem


def test_a_correction_changes_what_it_names_and_nothing_else(desk: Client) -> None:
    question = desk.register(topic="bsn", text="Before", language="pl", municipality=EINDHOVEN)
    version = desk.call("GET", path_of(question)).headers["ETag"]
    response = desk.call(
        "PATCH",
        path_of(question),
        {"topic": "digid", "text": "After", "municipality": BREDA, "group": "family-migrant"},
        headers={"If-Match": version},
    )
    assert response.status_code == 200, response.text
    corrected = json_of(response)
    before, after = without_opening(question), without_opening(corrected)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"topic", "text", "municipality", "group", "updatedAt"}
    assert without_opening(desk.get(path_of(question))) == after
    assert response.headers["ETag"] != version
    assert response.headers["ETag"] == desk.call("GET", path_of(question)).headers["ETag"]


def test_people_are_written_to_in_the_language_that_is_known_by_then(desk: Client) -> None:
    question = desk.register(topic="bsn", contact={"email": "jan@example.org"})
    for change in ({"language": "pl"}, {"municipality": EINDHOVEN}, {"language": "vi"}, {"language": "prs"}):
        version = desk.call("GET", path_of(question)).headers["ETag"]
        assert desk.call("PATCH", path_of(question), change, headers={"If-Match": version}).status_code == 200
        desk.call("POST", f"{path_of(question)}/messages", {"text": "Zapraszamy", "language": "pl"})
    held = json_of(desk.call("POST", "/rights/access", {"visit": question["visit"]}))["held"]
    assert [mail["language"] for mail in held["mails"]] == ["en", "pl", "pl", "pl", "fa"]


def test_how_somebody_is_reached_is_corrected_in_parts(desk: Client) -> None:
    question = desk.register(topic="bsn")
    contact = {"email": "jan@example.org", "phone": None, "emailSafe": False, "followUp": False}
    for change in (
        {"email": "jan@example.org"},
        {"followUp": True},
        {"email": "ola@example.org", "phone": "0612345678"},
    ):
        version = desk.call("GET", path_of(question)).headers["ETag"]
        response = desk.call("PATCH", path_of(question), {"contact": change}, headers={"If-Match": version})
        contact |= change
        contact |= {"phone": "+31612345678"} if "phone" in change else {}
        assert json_of(response)["contact"] == contact
        assert desk.get(path_of(question))["contact"] == contact


def test_a_text_can_be_added_later(desk: Client) -> None:
    question = desk.register(topic="bsn")
    version = desk.call("GET", path_of(question)).headers["ETag"]
    desk.call("PATCH", path_of(question), {"text": "In words"}, headers={"If-Match": version})
    assert desk.get(path_of(question))["text"] == "In words"


def test_facts_of_the_visit_change_for_all_of_its_questions_and_give_them_a_new_version(
    desk: Client,
) -> None:
    first = desk.register(topic="bsn")
    second = desk.register(topic="digid", visit=first["visit"])
    before = desk.call("GET", path_of(second)).headers["ETag"]
    version = desk.call("GET", path_of(first)).headers["ETag"]
    desk.call("PATCH", path_of(first), {"language": "pl"}, headers={"If-Match": version})
    assert desk.get(path_of(second))["language"] == "pl"
    assert [item["reference"] for item in desk.get("/questions", language="pl")["items"]] == [
        second["reference"],
        first["reference"],
    ]
    late = desk.call("PATCH", path_of(second), {"language": "ar"}, headers={"If-Match": before})
    assert refusal(late) == (412, "question-changed")


def test_numbers_that_nobody_needs_are_told_and_masked_on_request(desk: Client) -> None:
    question = desk.register(topic="bsn", text="Mijn BSN is 111222333")
    message = {"text": "Rekening NL91 ABNA 0417 1643 00", "language": "nl"}
    written = json_of(desk.call("POST", f"{path_of(question)}/messages", message))
    assert (question["personalNumbers"], written["personalNumbers"]) == (["bsn"], ["bank-account"])
    version = desk.call("GET", path_of(question)).headers["ETag"]
    late = desk.call("POST", f"{path_of(question)}/mask", headers={"If-Match": '"1"'})
    assert refusal(late) == (412, "question-changed")
    for _ in range(2):
        answer = desk.call("POST", f"{path_of(question)}/mask")
        masked = json_of(answer)
        assert (masked["text"], masked["personalNumbers"]) == ("Mijn BSN is •••••••••", [])
        assert masked["messages"][0]["text"] == "Rekening •••• •••• •••• •••• ••"
        assert without_opening(masked) == without_opening(desk.get(path_of(question)))
    assert desk.call("POST", f"{path_of(question)}/mask", headers={"If-Match": version}).status_code == 412


def test_a_correction_of_an_older_version_is_refused(desk: Client) -> None:
    question = desk.register(topic="bsn")
    version = desk.call("GET", path_of(question)).headers["ETag"]
    assert desk.call("PATCH", path_of(question), {"topic": "digid"}, {"If-Match": version}).ok
    late = desk.call("PATCH", path_of(question), {"topic": "permit"}, {"If-Match": version})
    assert refusal(late) == (412, "question-changed")
    assert desk.get(path_of(question))["topic"] == "digid"


def test_a_correction_without_a_version_is_refused(desk: Client) -> None:
    question = desk.register(topic="bsn")
    assert refusal(desk.call("PATCH", path_of(question), {"topic": "digid"})) == (428, "if-match-missing")


@pytest.mark.parametrize("version", ['"0"', 'W/"1"', "nonsense"])
def test_a_version_that_never_was_is_refused(desk: Client, version: str) -> None:
    question = desk.register(topic="bsn")
    response = desk.call("PATCH", path_of(question), {"topic": "digid"}, {"If-Match": version})
    assert refusal(response) == (412, "question-changed")


def test_a_correction_with_faults_changes_nothing(desk: Client) -> None:
    question = desk.register(topic="bsn", language="pl")
    version = desk.call("GET", path_of(question)).headers["ETag"]
    body = {"topic": "nonsense", "status": "closed", "language": None, "text": ""}
    assert sorted(faults_of(desk.call("PATCH", path_of(question), body, {"If-Match": version}))) == [
        ("/language", "null"),
        ("/status", "unknown-field"),
        ("/text", "text-empty"),
        ("/topic", "unknown-topic"),
    ]
    assert desk.call("GET", path_of(question)).headers["ETag"] == version
