"""Office packages: a member is compressed once and may stand in many files; a file's bytes follow from its members alone, without times."""

import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CORE, CORE_KIND = "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"
STORED = (".png", ".jpg")  # compressed already
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Version 2.0 of the format, written on Unix, of 1 January 1980, readable by its owner: what Python's `zipfile` says too.
VERSION, UNIX, DEFLATED, DATE, OWNER = 20, 3, 8, 33, 0o600 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a zip file as it stands there, its name and words compressed, and what the directory says of it but where it is."""

    name: str
    held: bytes
    entry: bytes


def member(name: str, content: bytes | str) -> Member:
    """The member of this name; text is XML, and gets its first line."""
    plain = (XML + content).encode() if isinstance(content, str) else content
    stored = name.endswith(STORED)
    packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -15)
    data = plain if stored else packer.compress(plain) + packer.flush()
    called = name.encode("ascii")
    method = 0 if stored else DEFLATED
    told = struct.pack("<5H3L2H", VERSION, 0, method, 0, DATE, zlib.crc32(plain), len(data), len(plain), len(called), 0)
    entry = b"PK\x01\x02" + bytes((VERSION, UNIX)) + told + struct.pack("<3HL", 0, 0, 0, OWNER)
    return Member(name, b"PK\x03\x04" + told + called + data, entry)


def packed(members: Iterable[Member]) -> bytes:
    """The zip file of these members, sorted by name, the list of content types first."""
    ordered = sorted(members, key=_order)
    at = 0
    directory: list[bytes] = []
    for one in ordered:
        directory += (one.entry, at.to_bytes(4, "little"), one.name.encode())
        at += len(one.held)
    listed = b"".join(directory)
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, len(ordered), len(ordered), len(listed), at, 0)
    return b"".join((*(one.held for one in ordered), listed, end))


def _order(one: Member) -> tuple[bool, str]:
    return one.name != "[Content_Types].xml", one.name


def parts(content: bytes) -> dict[str, bytes]:
    """The members of a file that `packed` made, each as it is held there: a part that two files share is the same bytes in both."""
    end = content.rindex(b"PK\x05\x06")
    count, _, at = struct.unpack_from("<HLL", content, end + 10)
    found = {}
    for _ in range(count):
        size, _, called, *_, begin = struct.unpack_from("<LLH12xL", content, at + 20)
        name = content[at + 46 : at + 46 + called].decode()
        begin += 30 + called
        found[name] = content[begin : begin + size]
        at += 46 + called
    return found


def text(data: bytes) -> str:
    """The text of a part as `parts` gives it."""
    return zlib.decompress(data, -15).decode()


# --- words in XML -------------------------------------------------------------------------------------------


def words(text: str) -> str:
    """Words as they may stand between the tags of XML; signs that XML cannot hold are left out."""
    return escape(NOT_XML.sub("", text), quote=False)


def value(text: str) -> str:
    """Words as they may stand in an attribute of XML."""
    return escape(NOT_XML.sub("", text))


# --- parts that every package has ---------------------------------------------------------------------------


def relations(targets: Iterable[tuple[str, str]]) -> str:
    """A list of relationships, numbered as they come."""
    each = (f'<Relationship Id="rId{at}" Type="{_relation(kind)}" Target="{target}"/>' for at, (kind, target) in enumerate(targets, 1))
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(each)}</Relationships>'


def _relation(kind: str) -> str:
    return f"{PACKAGE}/relationships/metadata/{kind}" if kind == "core-properties" else f"{RELATION}/{kind}"


def content_types(defaults: dict[str, str], parts: dict[str, str]) -> str:
    """Which kind each part is of: by the end of its name, or by its name."""
    by_end = "".join(f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in defaults.items())
    by_name = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return f'<Types xmlns="{PACKAGE}/content-types">{by_end}{by_name}</Types>'


def core(said: Iterable[tuple[str, str]], updated: str) -> Member:
    """What a document says about itself; it was made on the day of its text, by Signpost."""
    when = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{updated}T00:00:00Z</dcterms:{name}>' for name in ("created", "modified"))
    by = "<dc:creator>Signpost</dc:creator><cp:lastModifiedBy>Signpost</cp:lastModifiedBy><cp:revision>1</cp:revision>"
    told = "".join(f"<{name}>{words(text)}</{name}>" for name, text in said if text)
    spaces = (
        f'xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    return member(CORE, f"<cp:coreProperties {spaces}>{told}{by}{when}</cp:coreProperties>")
