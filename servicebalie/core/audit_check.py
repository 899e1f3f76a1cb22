"""Looking whether the audit trail is still as it was written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from servicebalie.core.audit import START, ChainedLine, Link, Seal, SealKind, hash_after, is_ours


class Break(StrEnum):
    """What can be wrong with the trail.

    *removed*: lines are missing before this one. *changed*: the line, its place or its hash is another than
    when it was chained. *out-of-order*: its number is not above the one before. *seal-broken*: at this line
    the chain was sealed with another hash. *end-removed*: a sealed line is not there any more. *seal-forged*:
    a seal was not made with our key. *not-chained*: a line waits for its place for too long. *not-sealed*:
    lines wait for their seal for too long.
    """

    REMOVED = "removed"
    CHANGED = "changed"
    OUT_OF_ORDER = "out-of-order"
    SEAL_BROKEN = "seal-broken"
    END_REMOVED = "end-removed"
    SEAL_FORGED = "seal-forged"
    NOT_CHAINED = "not-chained"
    NOT_SEALED = "not-sealed"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, at the line with this number in the chain."""

    what: Break
    sequence: int


def check_chain(lines: Iterable[ChainedLine], seals: Collection[Seal], key: bytes) -> Iterator[Finding]:
    """Yield what is wrong with the lines of the chain, which come in the order of their numbers.

    Lines may be missing at the beginning up to where a seal says that they were cut off. After a line that
    is wrong the check goes on with the hash that stands there, so that each wrong line is found once.
    """
    ours = [seal for seal in seals if is_ours(key, seal)]
    yield from (Finding(Break.SEAL_FORGED, seal.sequence) for seal in seals if not is_ours(key, seal))
    sealed = _by_sequence(ours)
    before = _beginning(ours)
    for line in lines:
        yield from _check_line(before, line, sealed.get(line.link.sequence, ()))
        before = max(before, line.link, key=lambda link: link.sequence)
    end = max((seal.sequence for seal in ours), default=0)
    if end > before.sequence:
        yield Finding(Break.END_REMOVED, before.sequence + 1)


def _check_line(before: Link, line: ChainedLine, sealed: Collection[bytes]) -> Iterator[Finding]:
    sequence = line.link.sequence
    if sequence <= before.sequence:
        yield Finding(Break.OUT_OF_ORDER, sequence)
    elif sequence > before.sequence + 1:
        yield Finding(Break.REMOVED, before.sequence + 1)
    elif hash_after(before, line.line) != line.link:
        yield Finding(Break.CHANGED, sequence)
    if any(hash_then != line.link.hash for hash_then in sealed):
        yield Finding(Break.SEAL_BROKEN, sequence)


def _beginning(seals: Iterable[Seal]) -> Link:
    """Return the link after which the chain may begin."""
    cuts = (seal.link for seal in seals if seal.kind == SealKind.CUT)
    return max(cuts, key=lambda link: link.sequence, default=START)


def _by_sequence(seals: Iterable[Seal]) -> dict[int, set[bytes]]:
    found: defaultdict[int, set[bytes]] = defaultdict(set)
    for seal in seals:
        found[seal.sequence].add(seal.hash)
    return found
