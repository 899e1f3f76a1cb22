"""What published numbers may be used for, in one place for all documents: CC BY 4.0, naming the source."""

NAME = "CC BY 4.0"
"""How people know the terms."""

ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
"""The terms."""

IN_EUROPEAN_LIST = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
"""The same terms as the European list of licences names them, which catalogues have to use."""
