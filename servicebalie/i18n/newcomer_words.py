"""The words for newcomers: the labels of all code lists, and what to do when an answer does not fit.

Pages, mails, the API and the reports use the same labels, so that everybody speaks of the same thing.
"""

from collections.abc import Mapping

from servicebalie.core.vocabulary import (
    Arrival,
    Author,
    Channel,
    Destination,
    Group,
    NewcomerOutcome,
    Outcome,
    Registration,
    Status,
    Stay,
    UnmetReason,
)
from servicebalie.i18n.marking import msgid as _

TOPICS: Mapping[str, str] = {
    "registration": _("Registration and BSN"),
    "brp-registration": _("Registering as a resident (BRP)"),
    "rni-registration": _("Registering for a short stay (RNI)"),
    "bsn": _("Citizen service number (BSN)"),
    "address-change": _("Moving to another address"),
    "digid": _("DigiD, to log in to the government"),
    "residence": _("Permission to stay"),
    "permit": _("Residence permit"),
    "eu-rights": _("Rights of EU citizens"),
    "naturalisation": _("Becoming Dutch"),
    "temporary-protection": _("Temporary protection (Ukraine)"),
    "work": _("Work"),
    "contract-agency": _("Work contract or employment agency"),
    "wages-payslip": _("Wages and payslip"),
    "job-search": _("Looking for a job"),
    "dismissal": _("Losing a job"),
    "diploma-recognition": _("Having a diploma recognised"),
    "exploitation": _("Abuse and unfair treatment"),
    "labour-exploitation": _("Forced or abused at work"),
    "underpayment": _("Paid less than the law says"),
    "housing-abuse": _("Bad or unsafe housing, threats by a landlord"),
    "trafficking": _("Human trafficking"),
    "discrimination": _("Discrimination"),
    "tax": _("Taxes"),
    "tax-return": _("Tax return"),
    "thirty-percent-ruling": _("30-percent ruling"),
    "municipal-tax": _("Municipal taxes"),
    "income": _("Money and benefits"),
    "care-rent-allowance": _("Allowance for health care, rent or childcare"),
    "child-benefit": _("Child benefit"),
    "social-assistance": _("Social assistance benefit"),
    "debt": _("Debts"),
    "health": _("Health"),
    "health-insurance": _("Health insurance"),
    "gp-dentist": _("Doctor or dentist"),
    "vaccination-youth-health": _("Vaccinations and health of children"),
    "mental-health": _("Mental health"),
    "social-support-wmo": _("Help at home (Wmo)"),
    "housing": _("Housing"),
    "finding-a-home": _("Finding a home"),
    "rent-contract": _("Rent and rental contract"),
    "employer-housing": _("Housing from an employer"),
    "homelessness": _("No place to sleep"),
    "education": _("School and study"),
    "primary-newcomer-class": _("Primary school for newcomers"),
    "secondary-isk": _("Secondary school for newcomers (ISK)"),
    "international-school": _("International school"),
    "compulsory-education": _("Compulsory education"),
    "childcare": _("Childcare"),
    "study": _("Studying at a college or university"),
    "language": _("Learning Dutch"),
    "dutch-course": _("Dutch course"),
    "conversation-practice": _("Practising Dutch with others"),
    "civic-integration": _("Civic integration"),
    "digital": _("Letters and computer"),
    "letters-forms": _("Help with letters and forms"),
    "computer-skills": _("Using a computer or phone"),
    "transport": _("Driving and transport"),
    "driving-licence-exchange": _("Exchanging a driving licence"),
    "vehicle-import": _("Bringing a vehicle"),
    "public-transport": _("Bus, train and OV-chipkaart"),
    "daily-life": _("Daily life"),
    "bank-account": _("Bank account"),
    "waste-parking": _("Waste and parking"),
    "sport-community": _("Sport and meeting people"),
    "library-membership": _("Joining the library"),
    "family": _("Family and law"),
    "family-reunification": _("Bringing family to the Netherlands"),
    "marriage-birth": _("Marriage, partnership or birth"),
    "legal-advice": _("Legal advice"),
    "domestic-violence": _("Violence at home"),
    "leaving": _("Leaving the Netherlands"),
    "deregistration": _("Telling the municipality that you leave"),
    "pension-tax-abroad": _("Pension and tax from abroad"),
    "return-support": _("Help with going back"),
    "other": _("Something else"),
    "unknown": _("Topic not known"),
}

TOPIC_HINTS: Mapping[str, str] = {
    "registration": _("Your address, the municipality, your BSN and DigiD."),
    "residence": _("Permits, rights of EU citizens, becoming Dutch."),
    "work": _("Contracts, wages, finding or losing a job, diplomas."),
    "exploitation": _("Somebody forces, threatens, cheats or insults you."),
    "tax": _("Tax return, 30-percent ruling, taxes of the municipality."),
    "income": _("Allowances, child benefit, no money, debts."),
    "health": _("Insurance, doctor, dentist, vaccinations, stress."),
    "housing": _("Finding a home, rent, housing from your employer."),
    "education": _("A school for your child, childcare, your own study."),
    "language": _("Courses, practising with others, civic integration."),
    "digital": _("Understanding a letter, filling in a form, using a computer."),
    "transport": _("Driving licence, vehicle, bus and train."),
    "daily-life": _("Bank account, waste, sport, the library."),
    "family": _("Bringing family, marriage, birth, a lawyer, violence at home."),
    "leaving": _("Telling the municipality, pension, help with going back."),
    "other": _("Your question is not in this list, or you are not sure."),
}
"""A plain sentence about each main topic."""

GROUPS: Mapping[str, str] = {
    Group.KNOWLEDGE_MIGRANT: _("Skilled work or research"),
    Group.EU_LABOUR_MIGRANT: _("Work, from a country in the EU"),
    Group.NON_EU_LABOUR_MIGRANT: _("Work, from a country outside the EU"),
    Group.INTERNATIONAL_STUDENT: _("Study at a college or university"),
    Group.FAMILY_MIGRANT: _("Family or partner"),
    Group.STATUS_HOLDER: _("Asylum"),
    Group.DISPLACED_UKRAINE: _("War in Ukraine"),
    Group.CROSS_BORDER_WORKER: _("Work here, home across the border"),
    Group.RETURNING_RESIDENT: _("Lived here before, came back"),
    Group.UNKNOWN: _("Not known"),
}
"""Why people came, as they say it themselves."""

STAYS: Mapping[str, str] = {
    Stay.UNDER_4_MONTHS: _("Less than 4 months"),
    Stay.MONTHS_4_TO_12: _("4 to 12 months"),
    Stay.YEARS_1_TO_3: _("1 to 3 years"),
    Stay.YEARS_3_TO_5: _("3 to 5 years"),
    Stay.OVER_5_YEARS: _("More than 5 years"),
    Stay.UNKNOWN: _("Not known"),
}
"""How long the person expects to stay."""

ARRIVALS: Mapping[str, str] = {
    Arrival.UNDER_1_MONTH: _("Less than 1 month ago"),
    Arrival.MONTHS_1_TO_4: _("1 to 4 months ago"),
    Arrival.MONTHS_4_TO_12: _("4 to 12 months ago"),
    Arrival.YEARS_1_TO_5: _("1 to 5 years ago"),
    Arrival.OVER_5_YEARS: _("More than 5 years ago"),
    Arrival.UNKNOWN: _("Not known"),
}
"""How long ago the person arrived."""

CHANNELS: Mapping[str, str] = {
    Channel.COUNTER: _("At the counter"),
    Channel.CONSULTING_HOUR: _("In a consulting hour"),
    Channel.PHONE: _("By phone"),
    Channel.E_MAIL: _("By e-mail"),
    Channel.WEB_FORM: _("With the form on the web"),
    Channel.MOBILE_TEAM: _("By a mobile team"),
    Channel.CHAT: _("By chat"),
}

REGISTRATIONS: Mapping[str, str] = {
    Registration.BRP: _("Registered as a resident (BRP)"),
    Registration.RNI: _("Registered as a non-resident (RNI)"),
    Registration.NONE: _("Not registered"),
    Registration.UNKNOWN: _("Not known"),
}

DESTINATIONS: Mapping[str, str] = {
    Destination.DESK: _("The desk"),
    Destination.LIBRARY: _("Library"),
    Destination.SCHOOL: _("School"),
    Destination.MUNICIPALITY: _("Municipality"),
    Destination.OTHER: _("Another organisation"),
}

STATUSES: Mapping[str, str] = {
    Status.OPEN: _("The desk is working on it"),
    Status.REFERRED: _("Passed on to those who can help"),
    Status.WAITING: _("Waiting for your reply"),
    Status.CLOSED: _("Closed"),
}

OUTCOMES: Mapping[str, str] = {
    Outcome.ANSWERED_AT_DESK: _("Answered at the desk"),
    Outcome.MET: _("Helped"),
    Outcome.UNMET: _("Nobody could help"),
    Outcome.WITHDRAWN: _("Withdrawn"),
}

AUTHORS: Mapping[str, str] = {
    Author.NEWCOMER: _("You"),
    Author.DESK: _("The desk"),
    Author.PARTNER: _("The organisation that helps you"),
}

UNMET_REASONS: Mapping[str, str] = {
    UnmetReason.NO_SUCH_SERVICE: _("There is no such service"),
    UnmetReason.NOT_ELIGIBLE: _("The rules of the service do not allow it"),
    UnmetReason.FULL_OR_WAITING_LIST: _("It is full or there is a waiting list"),
    UnmetReason.COST: _("It costs too much"),
    UnmetReason.HOURS: _("It is not open at a suitable time"),
    UnmetReason.DISTANCE: _("It is too far away"),
    UnmetReason.LANGUAGE_BARRIER: _("The language is not spoken there"),
    UnmetReason.DOCUMENTS_MISSING: _("Documents are missing"),
    UnmetReason.COULD_NOT_BE_REACHED: _("The person could not be reached"),
    UnmetReason.DECLINED: _("The person did not want it"),
}

REASONS_TO_PERSON: Mapping[str, str] = {
    **UNMET_REASONS,
    UnmetReason.COULD_NOT_BE_REACHED: _("We could not reach you"),
    UnmetReason.DECLINED: _("You did not want it"),
}
"""Why nobody could help, as it is said to the person."""

NEWCOMER_OUTCOMES: Mapping[str, str] = {
    # Translators: an answer to: Were you helped?
    NewcomerOutcome.MET: _("Yes, I was helped"),
    # Translators: an answer to: Were you helped?
    NewcomerOutcome.PARTLY_MET: _("I was helped with a part of it"),
    # Translators: an answer to: Were you helped?
    NewcomerOutcome.UNMET: _("No, I still need help"),
}
"""How a question ended, as the person says it."""

OWN_REASONS: Mapping[str, str] = {
    # Translators: why somebody was not helped; "them" are the organisation that should have helped.
    UnmetReason.COULD_NOT_BE_REACHED: _("I could not reach them, or they did not answer"),
    **{
        reason: UNMET_REASONS[reason]
        for reason in (
            UnmetReason.LANGUAGE_BARRIER,
            UnmetReason.NOT_ELIGIBLE,
            UnmetReason.DOCUMENTS_MISSING,
            UnmetReason.FULL_OR_WAITING_LIST,
            UnmetReason.COST,
            UnmetReason.HOURS,
            UnmetReason.DISTANCE,
            UnmetReason.NO_SUCH_SERVICE,
        )
    },
}
"""Why somebody was not helped, as they say it themselves."""

CHECKS: Mapping[str, str] = {
    "axe": _("A program looked for known faults in every page."),
    "reflow": _("The pages fit on a small phone, and when everything is enlarged."),
    "targets": _("Buttons and links are large enough to touch."),
    "structure": _("Headings, fields and mistakes can be read out by a screen reader."),
    "languages": _("Words in another language are marked, so that they are read out well."),
    "keyboard": _("Everything can be done with the keyboard alone, and you see where you are."),
    "no-scripts": _("Asking a question also works without JavaScript."),
    "motion": _("Nothing moves when your device asks for less motion."),
    "print": _("The pages can be printed."),
}
"""What was tested of accessibility, as the statement on the website says it."""

FAULTS: Mapping[str, str] = {
    "choice-missing": _("Please choose one of the answers in the list."),
    "form-expired": _("You were away for a long time. Please check what is still here and go on."),
    "form-not-readable": _("We could not read your earlier answers. Please start again."),
    # Translators: somebody pressed "Send my question" and is shown the answers again.
    "form-too-fast": _(
        "Your question has not been sent yet. Please read your answers once more and press the button again."
    ),
    "form-trap-filled-in": _(
        "Your question has not been sent yet. Please read your answers once more and press the button again."
    ),
    "idempotency-key-reused": _(
        "You have sent this question already. To add something to it, use your return code."
    ),
    "invalid-email": _("This e-mail address is not complete. An example is name@example.com."),
    "invalid-phone": _("This is not a phone number. From abroad, begin with + and the country code."),
    "invalid-return-code": _("A return code has 18 digits. Please check for a mistake."),
    "question-changed": _("Your question changed in the meantime. Please check it and save it again."),
    "question-closed": _("This question is closed. You can ask a new question."),
    "question-sent-before": _("We have already received this question. You can still send it again."),
    "required": _("Please write something first."),
    "return-code-not-known": _("We know no question with this code. Perhaps it was deleted."),
    "text-too-long": _("Your text is too long. Use at most %(limit)s characters."),
    "too-many-wrong-codes": _(
        "Too many wrong codes came from here. Please try again after %(time)s, or call or visit the desk."
    ),
    # Translators: "network" is the internet connection, which many people may share.
    "too-many-questions": _(
        "Many questions are coming from your network. Please wait a few minutes and press the button again."
    ),
    "topic-or-text-missing": _("Choose a topic or write your question. One of the two is enough."),
    "unknown-code": _("Please choose one of the answers in the list."),
    "unknown-language": _("Please choose a language in the list."),
    "unknown-municipality": _("We do not know this municipality, or there is more than one with this name."),
    "unknown-topic": _("Please choose a topic in the list."),
}
"""What to do about an answer on a page, by the code of the fault."""
