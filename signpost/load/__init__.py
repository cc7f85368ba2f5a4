"""content/ and a school's folder become a Library, a School, its edits and its own lessons, with every problem of their form."""

from signpost.load.library import front_and_body, load
from signpost.load.pictures import MOST_LOGO_BYTES, safe_svg
from signpost.load.school import PROFILES, find, load_edits, load_school, own_modules, schools, shown

__all__ = [
    "MOST_LOGO_BYTES",
    "PROFILES",
    "find",
    "front_and_body",
    "load",
    "load_edits",
    "load_school",
    "own_modules",
    "safe_svg",
    "schools",
    "shown",
]
