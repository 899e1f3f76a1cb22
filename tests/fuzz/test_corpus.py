"""Every seed of the fuzzing, and everything that it ever found, is refused or read: `scripts/fuzz.py`."""

from pathlib import Path

import pytest

from scripts.fuzz import CORPUS, LONGEST, dictionary
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_whatever_was_sent_before_is_refused_or_read(name: str) -> None:
    inputs = sorted(Path(CORPUS, name).iterdir())
    assert len(inputs) >= 2
    for file in inputs:
        assert file.stat().st_size <= LONGEST
        TARGETS[name](file.read_bytes())


def test_every_reader_that_has_a_corpus_is_fuzzed() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)


def test_the_words_of_a_corpus_are_a_dictionary_of_libfuzzer(tmp_path: Path) -> None:
    (tmp_path / "seed").write_bytes(b"ab {{ c")
    assert dictionary(tmp_path) == '"\\x61\\x62"\n"\\x7b\\x7b"\n'
