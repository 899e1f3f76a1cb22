"""A simulated program for translating, which knows the texts of the demonstration and nothing else."""

from collections.abc import Mapping, Sequence

ENGINE = "demonstration (simulated)"
"""What is said to have made its translations: whoever reads them must not take them for those of a server."""


class SimulatedTranslator:
    """Translates texts that a population has side by side in several languages."""

    engine = ENGINE

    def __init__(self, parallel: Sequence[Mapping[str, str]]) -> None:
        # Where two people say the same words, the first one has said what they mean.
        self._known = {text: texts for texts in reversed(parallel) for text in texts.values()}

    def translate(self, text: str, target: str) -> str | None:
        """Return a text in another language; None when it, or that language, is not known."""
        return self._known.get(text, {}).get(target)
