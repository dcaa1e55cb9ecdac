"""The console script: the tool that the wheel carries, in place of this process."""

import os
import sys


def main() -> None:
    """Runs the tool with the arguments of this process."""
    tool = os.path.join(os.path.dirname(__file__), "bin", "fanwise")
    os.execv(tool, [tool, *sys.argv[1:]])
