"""The words in files with the numbers of a report: names of sheets, headings of columns, explanations."""

from servicebalie.i18n.marking import msgid as _

# Translators: the name of the first sheet of a spreadsheet, which explains the others; at most 31 characters.
EXPLANATION = _("Explanation")
# Translators: the name of a sheet of a spreadsheet; at most 31 characters.
ALL_NUMBERS = _("All numbers")
# Translators: the name of the table with one line: all persons and questions of the period.
TOTAL = _("Total")

# Translators: the heading of a column with a number of persons.
PERSONS = _("Persons")
# Translators: the heading of a column with the lower bound of the number of persons.
PERSONS_FROM = _("Persons from")
# Translators: the heading of a column with the upper bound of the number of persons.
PERSONS_TO = _("Persons to")
# Translators: the heading of a column with a number of questions.
QUESTIONS = _("Questions")
# Translators: the heading of a column with the lower bound of the number of questions.
QUESTIONS_FROM = _("Questions from")
# Translators: the heading of a column with the upper bound of the number of questions.
QUESTIONS_TO = _("Questions to")

# Translators: the heading of a column that says what numbers are about, such as a longer period.
INSTEAD = _("Published instead")
# Translators: the heading of a column with numbers of a longer period, a broader topic or a larger area.
INSTEAD_PERSONS = _("Instead: persons")
INSTEAD_PERSONS_FROM = _("Instead: persons from")
INSTEAD_PERSONS_TO = _("Instead: persons to")
INSTEAD_QUESTIONS = _("Instead: questions")
INSTEAD_QUESTIONS_FROM = _("Instead: questions from")
INSTEAD_QUESTIONS_TO = _("Instead: questions to")

# Translators: the heading of a column with months, quarters or years.
PERIOD = _("Period")
# Translators: the heading of a column with the codes of tables.
TABLE_CODE = _("Code of the table")
# Translators: the heading of a column with the names of tables.
TABLE = _("Table")
# Translators: the heading of a column with codes, such as that of a municipality; number is 1 or 2.
CODE = _("Code %(number)s")
# Translators: the heading of a column with names, such as that of a municipality; number is 1 or 2.
LABEL = _("Label %(number)s")
# Translators: the heading of a column that says whether a number counts persons or questions.
MEASURE = _("What is counted")
# Translators: the heading of a column with numbers.
NUMBER = _("Number")
# Translators: the heading of a column with the lower bounds of numbers.
FROM = _("From")
# Translators: the heading of a column with the upper bounds of numbers.
TO = _("To")
# Translators: the heading of a column that says why a number is not there.
NOT_PUBLISHED = _("Not published")
# Translators: the heading of a column with notes.
NOTE = _("Note")

DESK = _("Desk")
SIMULATED = _("Simulated")
# Translators: says that the numbers of a report are about real visits, not simulated ones.
NOT_SIMULATED = _("No. The numbers are about people who really came to the desk.")
WHAT_IT_SAYS = _("What the report says")
WHAT_CHANGED = _("What changed more than by chance")
HOW_TO_READ = _("How to read the numbers")
BELOW_MEANS = _(
    "The number would be less than %(threshold)s, and it may be zero; or it would tell too much about a "
    "small group. Such numbers are not kept at all, nor is the number of their questions (–)."
)
# Translators: the heading of the terms under which the numbers may be used.
LICENCE = _("Licence")
# Translators: the heading of the name of whoever must be named as the source of the numbers.
SOURCE = _("Source")
# Translators: the heading of a list of the sheets of a spreadsheet.
SHEETS = _("Sheets")

HOW_TO_READ_A_SHEET = _(
    "In 95 of 100 cases the true number lies within “from” and “to”. "
    "The first sheet explains what %(below)s means."
)
SHARE = _("Part of the persons of the report who are in these lines:")
NO_LINES = _("No number of this table was published: all are %(below)s.")

CATALOGUE_TITLE = _("What newcomers asked at %(desk)s")
CATALOGUE_DESCRIPTION = _(
    "Numbers of persons who asked %(desk)s something, and of their questions, by month, quarter and year. "
    "All numbers are protected, so that nobody can be recognised in them."
)
RELEASE_TITLE = _("What newcomers asked: %(period)s")
RELEASE_DESCRIPTION = _(
    "Protected numbers of persons and of their questions, each with an interval. "
    "Numbers below the threshold are left out."
)
SIMULATED_RELEASE = _("Simulated data: nothing here is about a real person.")
NEEDS_TOKEN = _(
    "This address needs a token of the desk, and answers in the form that the header Accept asks for."
)
