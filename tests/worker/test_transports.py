"""Mails are handed to a mail server or kept as files, and what was not taken says why."""

import stat
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import quote

import pytest

from servicebalie.config import InvalidSetting
from servicebalie.worker.transports import NotSent, SmtpServer, open_transport
from tests.worker.conftest import read_mail
from tests.worker.mail_server import LOGIN, Certificate, Mailbox, know_only, mail_server, make_certificate


def mail(recipient: Address | str = "newcomer@example.net") -> EmailMessage:
    """Return a mail in Polish."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Bálie <desk@example.org>"
    message["To"] = recipient
    message["Subject"] = "Otrzymaliśmy pytanie"
    message["Message-ID"] = "<4711@example.org>"
    message.set_content("Dzień dobry")
    return message


def why_not_sent(mail_url: str, message: EmailMessage | None = None) -> NotSent:
    """Return why a mail is not taken over."""
    with pytest.raises(NotSent) as refused:
        open_transport(mail_url).send(message or mail())
    return refused.value


def test_a_mail_server_gets_sender_recipient_and_content(port: int) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        open_transport(f"smtp://127.0.0.1:{port}").send(mail())
    [envelope] = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("desk@example.org", ["newcomer@example.net"])
    assert isinstance(envelope.content, bytes)
    received = read_mail(envelope.content)
    assert received["Subject"] == "Otrzymaliśmy pytanie"
    assert received.get_content() == "Dzień dobry\r\n"


@pytest.mark.parametrize(
    ("mailbox", "failure", "final"),
    [
        (Mailbox(to_recipient="550 no such user"), "smtp-550", True),
        (Mailbox(to_recipient="451 greylisted"), "smtp-451", False),
        (Mailbox(to_recipient="421 too busy"), "smtp-421", False),
        (Mailbox(to_content="554 looks like spam"), "smtp-554", True),
        (Mailbox(to_content="452 disk full"), "smtp-452", False),
        (Mailbox(to_sender="550 not for this sender"), "smtp-550", False),
        (Mailbox(hangs_up=True), "connection-lost", False),
    ],
)
def test_only_a_refusal_of_this_recipient_or_mail_is_final(
    port: int, mailbox: Mailbox, failure: str, final: bool
) -> None:
    with mail_server(mailbox, port):
        refused = why_not_sent(f"smtp://127.0.0.1:{port}")
    assert (refused.failure, refused.final) == (failure, final)
    assert mailbox.envelopes == []


def test_a_server_that_is_not_there_may_be_there_later(port: int) -> None:
    refused = why_not_sent(f"smtp://127.0.0.1:{port}")
    assert (refused.failure, refused.final) == ("connection-lost", False)


def test_a_bad_goodbye_does_not_undo_what_was_taken_over(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang_up(self: object, _argument: str) -> None:
        self.transport.close()

    monkeypatch.setattr("aiosmtpd.smtp.SMTP.smtp_QUIT", hang_up)
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        open_transport(f"smtp://127.0.0.1:{port}").send(mail())
    assert len(mailbox.envelopes) == 1


def test_an_address_in_another_script_goes_to_servers_that_can_take_it(port: int) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, port, enable_SMTPUTF8=True):
        open_transport(f"smtp://127.0.0.1:{port}").send(mail(Address("", "zoë", "example.net")))
    assert mailbox.envelopes[0].rcpt_tos == ["zoë@example.net"]


def test_an_address_in_another_script_cannot_go_to_any_other_server(port: int) -> None:
    with mail_server(Mailbox(), port, enable_SMTPUTF8=False):
        refused = why_not_sent(f"smtp://127.0.0.1:{port}", mail(Address("", "zoë", "example.net")))
    assert (refused.failure, refused.final) == ("address-not-supported", True)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """A certificate for loopback that this machine trusts."""
    made = make_certificate(tmp_path / "certificate.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def test_a_server_can_be_spoken_to_with_tls_from_the_start(port: int, certificate: Certificate) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, port, ssl_context=certificate.context()):
        open_transport(f"smtps://127.0.0.1:{port}").send(mail())
    assert len(mailbox.envelopes) == 1


def test_a_server_can_be_logged_into_after_starttls(port: int, certificate: Certificate) -> None:
    mailbox = Mailbox()
    user, password = (quote(part, safe="") for part in LOGIN)
    settings = {"tls_context": certificate.context(), "require_starttls": True, "auth_required": True}
    with mail_server(mailbox, port, authenticator=know_only, **settings):
        open_transport(f"smtp+starttls://{user}:{password}@127.0.0.1:{port}").send(mail())
        refused = why_not_sent(f"smtp+starttls://{user}:wrong@127.0.0.1:{port}")
    assert len(mailbox.envelopes) == 1
    assert (refused.failure, refused.final) == ("smtp-535", False)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_nothing_is_sent_to_a_server_whose_certificate_is_not_trusted(
    port: int, tmp_path: Path, scheme: str
) -> None:
    mailbox = Mailbox()
    context = make_certificate(tmp_path / "certificate.pem").context()
    settings = {"ssl_context" if scheme == "smtps" else "tls_context": context}
    with mail_server(mailbox, port, **settings):
        refused = why_not_sent(f"{scheme}://127.0.0.1:{port}")
    assert (refused.failure, refused.final) == ("tls-failed", False)
    assert mailbox.envelopes == []


def test_a_server_that_offers_no_encryption_gets_no_mail_where_encryption_is_asked(port: int) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        refused = why_not_sent(f"smtp+starttls://127.0.0.1:{port}")
    assert (refused.failure, refused.final) == ("not-offered", False)
    assert mailbox.envelopes == []


@pytest.mark.parametrize(
    ("mail_url", "port"),
    [("smtp://mail.example.org", 25), ("smtp+starttls://mail.example.org", 587), ("smtps://[::1]", 465)],
)
def test_each_way_to_speak_to_a_server_has_its_usual_port(mail_url: str, port: int) -> None:
    server = open_transport(mail_url)
    assert isinstance(server, SmtpServer)
    assert server.port == port


@pytest.mark.parametrize(
    "mail_url",
    [
        "",
        "mail.example.org",
        "directory:",
        "smtp://",
        "smtp://mail.example.org:port",
        "imap://mail.example.org",
    ],
)
def test_another_kind_of_mail_url_is_refused(mail_url: str) -> None:
    with pytest.raises(InvalidSetting, match="must be smtp://"):
        open_transport(mail_url)


def test_a_password_is_never_sent_readable() -> None:
    with pytest.raises(InvalidSetting, match="with a password"):
        open_transport("smtp://user:password@mail.example.org")


def test_a_password_that_cannot_be_sent_is_refused_at_the_start() -> None:
    with pytest.raises(InvalidSetting, match="ASCII"):
        open_transport("smtps://user:caf%C3%A9@mail.example.org")


def test_a_mail_becomes_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    directory = tmp_path / "var" / "mail"
    open_transport(f"directory:{directory}").send(mail())
    [file] = directory.iterdir()
    assert file.name == "4711.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert read_mail(file.read_bytes())["To"] == "newcomer@example.net"


def test_a_mail_sent_twice_is_one_file(tmp_path: Path) -> None:
    transport = open_transport(f"directory:{tmp_path}")
    transport.send(mail())
    transport.send(mail())
    assert [file.name for file in tmp_path.iterdir()] == ["4711.eml"]


def test_a_directory_that_cannot_be_written_may_be_writable_later(tmp_path: Path) -> None:
    (tmp_path / "mail").touch()
    refused = why_not_sent(f"directory:{tmp_path / 'mail'}")
    assert (refused.failure, refused.final) == ("directory-not-writable", False)
