"""What the requests do that are noted in the audit trail, by the endpoint that answers them.

Who looks at lists sees coded facts only, and published figures are about nobody, so neither is noted. A new
endpoint must stand in one of the two tables (tests/http/test_audit.py).
"""

from collections.abc import Mapping

from servicebalie.core.audit import AuditAction

ACTIONS: Mapping[str, AuditAction] = {
    "questions.post_question": AuditAction.QUESTION_REGISTERED,
    "questions.post_batch": AuditAction.QUESTION_REGISTERED,
    "questions.get_question": AuditAction.QUESTION_READ,
    "questions.patch_question": AuditAction.QUESTION_CORRECTED,
    "questions.post_mask": AuditAction.QUESTION_MASKED,
    "questions.post_referral": AuditAction.QUESTION_REFERRED,
    "questions.post_question_message": AuditAction.MESSAGE_SENT,
    "questions.post_close": AuditAction.QUESTION_CLOSED,
    "referrals.get_referral": AuditAction.QUESTION_READ,
    "referrals.post_accept": AuditAction.REFERRAL_ACCEPTED,
    "referrals.post_return": AuditAction.REFERRAL_RETURNED,
    "referrals.post_ask_back": AuditAction.REFERRAL_ASKED_BACK,
    "referrals.post_answer": AuditAction.REFERRAL_ANSWERED,
    "referrals.post_complete": AuditAction.REFERRAL_COMPLETED,
    "referrals.post_revoke": AuditAction.REFERRAL_REVOKED,
    "services.patch_service": AuditAction.SERVICE_CHANGED,
    "directory.post_directory_import": AuditAction.DIRECTORY_IMPORTED,
    "routing.post_rules": AuditAction.RULES_CHANGED,
    "audit.get_lines": AuditAction.AUDIT_READ,
    "inbox.referral": AuditAction.QUESTION_READ,
    "inbox.accept_referral": AuditAction.REFERRAL_ACCEPTED,
    "inbox.write answer": AuditAction.REFERRAL_ANSWERED,
    "inbox.write ask-back": AuditAction.REFERRAL_ASKED_BACK,
    "inbox.complete_referral": AuditAction.REFERRAL_COMPLETED,
    "inbox.give_back": AuditAction.REFERRAL_RETURNED,
    "visits.post_search": AuditAction.CONTACT_SEARCHED,
    "tokens.post_token": AuditAction.TOKEN_ISSUED,
    "tokens.delete_token": AuditAction.TOKEN_REVOKED,
    "account.end_one": AuditAction.SESSIONS_ENDED,
    "account.end_all": AuditAction.SESSIONS_ENDED,
    "own_password.change": AuditAction.PASSWORD_CHANGED,
    "own_password.change_device": AuditAction.AUTHENTICATOR_CHANGED,
    "own_password.renew_codes": AuditAction.RECOVERY_CODES_RENEWED,
    "account_links.choose_password": AuditAction.PASSWORD_CHANGED,
    "account_links.add_authenticator": AuditAction.AUTHENTICATOR_CHANGED,
    "local_sign_in.password": AuditAction.SIGNED_IN,
    "local_sign_in.code": AuditAction.SIGNED_IN,
    "openid.callback": AuditAction.SIGNED_IN,
    "sign_in.sign_in": AuditAction.SIGNED_IN,
    "sign_in.sign_out": AuditAction.SIGNED_OUT,
    "ask.send": AuditAction.QUESTION_REGISTERED,
    "ask.helped": AuditAction.QUESTION_REGISTERED,
    "confirmation.again": AuditAction.VISIT_READ,
    "returning.visit": AuditAction.VISIT_READ,
    "returning.reply": AuditAction.MESSAGE_SENT,
    "returning.delete": AuditAction.VISIT_ERASED,
    "own_copy.copy": AuditAction.VISIT_COPIED,
    "own_decisions.decide_consent give": AuditAction.CONSENT_GIVEN,
    "own_decisions.decide_consent withdraw": AuditAction.CONSENT_WITHDRAWN,
    "own_decisions.say_helped": AuditAction.OUTCOME_TOLD,
    "own_visit.more": AuditAction.VISIT_READ,
    "own_visit.send_more": AuditAction.QUESTION_REGISTERED,
    "own_visit.question": AuditAction.VISIT_READ,
    "own_visit.save_question": AuditAction.QUESTION_CORRECTED,
    "own_visit.about": AuditAction.VISIT_READ,
    "own_visit.save_about": AuditAction.VISIT_CORRECTED,
}
"""Behind the name of an endpoint stands which of its acts it is, where it has several."""
