"""`python -m deploy.local up | down | status`."""

import sys

from deploy.local.errors import HALF_WAY, INTERRUPTED

if __name__ == "__main__":
    try:
        from deploy.local.commands import main  # takes a moment, in which Ctrl-C may come

        main()
    except KeyboardInterrupt:
        print(f"\n{HALF_WAY}", file=sys.stderr)
        sys.exit(INTERRUPTED)
