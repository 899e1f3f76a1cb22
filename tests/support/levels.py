"""A few values of the dimensions with levels, and what lies one level up."""

from servicebalie.core.catalogue import Dimension

AREA_LEVELS = {
    Dimension.LANGUAGE: {"pl": "slavic", "bg": "slavic", "ar": "semitic", "ti": "semitic"},
    Dimension.MUNICIPALITY: {"GM0772": "CR36", "GM0758": "CR34"},
    Dimension.COROP: {"CR36": "PV30", "CR34": "PV30"},
}
