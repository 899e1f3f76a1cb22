"""A report with everything that a report can have, in Dutch, made by hand: tests know every number."""

from dataclasses import replace
from datetime import date

from servicebalie.core.catalogue import Dimension
from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import Month, Quarter
from servicebalie.documents.model import Chart, Named, Report, Row, Substitute, Table

SHA256 = "3f" * 32
MAIN_TOPIC = Named(Dimension.MAIN_TOPIC, "Hoofdonderwerp")
MUNICIPALITY = Named(Dimension.MUNICIPALITY, "Gemeente")
STAY = Named(Dimension.STAY, "Verwachte duur")
WORK = Named("work", "Werk")
LANGUAGE = Named("language", "Taal leren")
EINDHOVEN = Named("GM0772", "Eindhoven")
VELDHOVEN = Named("GM0861", "Veldhoven")
LONG_STAY = Named("over-5-years", "Langer dan 5 jaar")
SHORT_STAY = Named("under-4-months", "Korter dan 4 maanden")


def about(value: int) -> Estimate:
    """Return a number with an interval of four to either side."""
    return Estimate(value, max(0, value - 4), value + 4)


MAIN_TOPICS = Table(
    name="main-topic",
    title="Hoofdonderwerpen",
    dimensions=(MAIN_TOPIC,),
    rows=(
        Row((LANGUAGE,), about(1085), about(1301)),
        Row((WORK,), about(60), about(80)),
        Row((Named("housing", "Wonen"),)),
    ),
)
STAYS = Table(
    name="stay",
    title="Hoe lang mensen denken te blijven: in Nederland of elders?",
    dimensions=(STAY,),
    rows=(
        Row((SHORT_STAY,), about(55), about(60)),
        Row(
            (LONG_STAY,),
            substitute=Substitute("3e kwartaal 2026", about(14), about(19), Quarter(2026, 3)),
        ),
    ),
    share=0.93,
)
MUNICIPALITIES = Table(
    name="municipality",
    title="Gemeenten",
    dimensions=(MUNICIPALITY,),
    rows=(Row((EINDHOVEN,), about(110), about(160)), Row((VELDHOVEN,), about(13), about(20))),
    others="Elke andere gemeente",
    share=0.84,
)
ARRIVALS = Table("arrival", "Aankomst", (Named(Dimension.ARRIVAL, "Aankomst"),), ())
BY_MUNICIPALITY = Table(
    name="municipality-by-main-topic",
    title="Hoofdonderwerpen per gemeente",
    dimensions=(MUNICIPALITY, MAIN_TOPIC),
    rows=(
        Row((EINDHOVEN, LANGUAGE), about(61), about(70)),
        Row((EINDHOVEN, WORK), about(45), about(60)),
        Row((VELDHOVEN, WORK), about(11), about(12)),
    ),
    others="Elke andere combinatie",
    note="Alleen combinaties met genoeg personen staan in deze tabel.",
)

BY_MONTH = Table(
    name="total-by-month",
    title="Alle personen per maand",
    dimensions=(Named("month", "Maand"),),
    rows=(
        Row((Named("2026-07", "juli 2026"),), about(1010), about(1120)),
        Row((Named("2026-08", "augustus 2026"),)),
        Row((Named("2026-09", "september 2026"),), about(1147), about(1231)),
    ),
)

SAMPLE = Report(
    locale="nl",
    title="Wat nieuwkomers vroegen: september 2026",
    period=Month(2026, 9),
    period_name="september 2026",
    desk=Named("informatiepunt-zuidoost", "Informatiepunt Zuidoost & Kempen"),
    simulated=True,
    simulated_note="Dit rapport is gemaakt met gesimuleerde bezoeken.",
    final=False,
    epoch=1,
    published_on=date(2026, 10, 8),
    published_on_name="8 oktober 2026",
    sha256=SHA256,
    profile="default-1",
    largest_noise=9,
    threshold=10,
    catalogue_version="2",
    below="<10",
    total=Row((), about(1147), about(1231)),
    lead=(
        "1.147 personen stelden de balie 1.231 vragen.",
        "De meeste vragen gingen over taal leren.",
    ),
    changes=("Er waren meer vragen over werk dan verwacht.",),
    tables=(MAIN_TOPICS, STAYS, MUNICIPALITIES, ARRIVALS, BY_MUNICIPALITY),
    charts=(
        Chart(
            "main-topic", "Personen per hoofdonderwerp", "Taal leren staat bovenaan.", "main-topic", "<svg/>"
        ),
    ),
    method=(
        "Elk aantal is door toeval iets hoger of lager gemaakt.",
        "In 95 van de 100 gevallen ligt het echte aantal tussen van en tot.",
        "<10 betekent: het aantal zou kleiner zijn dan 10, en misschien nul.",
    ),
    facts=(
        ("Balie", "Informatiepunt Zuidoost & Kempen"),
        ("Periode", "september 2026"),
        ("Gepubliceerd op", "8 oktober 2026"),
        ("Profiel", "default-1"),
        ("Vingerafdruk (SHA-256)", SHA256),
    ),
    licence="U mag de cijfers gebruiken als u de bron noemt (CC BY 4.0).",
    source="Informatiepunt Zuidoost & Kempen",
    series=(BY_MONTH,),
    share=0.88,
)
"""A month of a simulated desk."""

REAL = replace(SAMPLE, simulated=False, simulated_note=None, changes=())
"""The same month, but not simulated, and nothing changed."""
