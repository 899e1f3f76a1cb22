"""Processor time of a process and everything it started, read from /proc."""

import os
from collections import defaultdict
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PARENT = 1
USER_SYSTEM_AND_WAITED_FOR = slice(11, 15)


def cpu_seconds(pid: int) -> float:
    """Return the seconds, user and system, that a process and all its descendants have used so far.

    Descendants that have ended count from the moment their parent has waited for them.
    """
    stats = dict(_stats())
    children = defaultdict(list)
    for child, fields in stats.items():
        children[int(fields[PARENT])].append(child)
    ticks = 0
    waiting = [pid]
    while waiting:
        process = waiting.pop()
        ticks += sum(int(field) for field in stats[process][USER_SYSTEM_AND_WAITED_FOR])
        waiting.extend(children[process])
    return ticks / TICKS_PER_SECOND


def _stats() -> list[tuple[int, list[str]]]:
    """Return the fields of /proc/PID/stat after the name, which may contain anything, of all processes."""
    found = []
    for directory in Path("/proc").iterdir():
        if directory.name.isdecimal():
            try:
                text = (directory / "stat").read_text(encoding="ascii", errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue
            found.append((int(directory.name), text.rpartition(")")[2].split()))
    return found
