"""`python -m signpost` is the command line."""

import sys

from signpost.cli import main

sys.exit(main(sys.argv[1:]))
