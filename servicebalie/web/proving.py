"""Asking somebody who is signed in for password and code once more: an open browser is not its owner."""

from flask import request

from servicebalie.core.errors import ServicebalieError
from servicebalie.http.audit import did_not
from servicebalie.http.runtime import runtime
from servicebalie.http.sign_in_cookies import caller
from servicebalie.http.transaction import job
from servicebalie.services.local_sign_in import (
    PasswordGiven,
    TooManyTries,
    WrongCode,
    WrongPassword,
    give_code,
    give_password,
)

Refusal = tuple[str, ServicebalieError]
"""The field of a form that is not right, and why."""


def password_refusal(own: PasswordGiven, purpose: str = "") -> Refusal | None:
    """Return why the password of now is not the one in the form, or None when it is; tries are limited."""
    field = f"current{purpose}"
    try:
        give_password(
            job().session,
            job().work,
            runtime().passwords,
            caller(),
            login=own.login,
            password=request.form.get(field, ""),
        )
    except (WrongPassword, TooManyTries) as error:
        did_not(error.code)
        return field, error
    return None


def code_refusal(own: PasswordGiven, purpose: str = "") -> Refusal | None:
    """Return why the code in the form is not good, or use it up and return None; tries are limited.

    It comes last, after all else was right, because a code is good once.
    """
    field = f"current_code{purpose}"
    try:
        give_code(job().session, job().work, caller(), own, request.form.get(field, ""))
    except (WrongCode, TooManyTries) as error:
        did_not(error.code)
        return field, error
    return None
