"""Free memory goes back to the system."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

GROWS_AND_SHRINKS = """
from pathlib import Path
from screens.base.terminal.heap import give_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * {page}

give_back()
large, kept = b"x" * (30 << 20), []
del large  # from now on glibc would call all below that size small
before = resident()
for size in range(2 << 20, 16 << 20, 1 << 20):
    large = b"x" * size
    kept.append(b"x" * 100_000)  # small, and above it on the heap
    del large
print(resident() - before - sum(map(len, kept)))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_large_pieces_go_back_when_they_are_free() -> None:
    code = GROWS_AND_SHRINKS.format(page=os.sysconf("SC_PAGE_SIZE"))
    root = Path(__file__).parents[3]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert int(run.stdout) < 4 << 20
