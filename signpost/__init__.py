"""Signpost: lesson packs that help children recognise pressure online and ask for help in time."""

__version__ = "0.1.0"
