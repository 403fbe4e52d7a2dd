"""The command line: `cspm`, or `python -m cspm`."""

import signal
import sys

from ._cspm import main as run


def main() -> int:
    """Run the command line with the arguments of the program, and give the exit status."""
    # Ctrl-C is for the program in Rust, which cancels a scan by it, and not for an interpreter that waits.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    sys.stderr.flush()
    return run(["cspm", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
