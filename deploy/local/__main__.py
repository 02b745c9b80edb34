"""`python -m deploy.local up | down | status`."""

import sys

INTERRUPTED = 130  # as a shell says it: 128 and the number of SIGINT

if __name__ == "__main__":
    try:
        from deploy.local.commands import main  # takes a moment, in which Ctrl-C may come

        main()
    except KeyboardInterrupt:
        print("\nStopped half-way. What was started goes on; `make down` ends it.", file=sys.stderr)
        sys.exit(INTERRUPTED)
