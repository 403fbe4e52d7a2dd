"""What tests ask of the process."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def scan_threads() -> list[str]:
    """The threads of scans that this process has."""
    names = (task / "comm" for task in Path("/proc/self/task").iterdir())
    return [name for name in (path.read_text().strip() for path in names if path.exists()) if "cspm" in name]
