"""A file that somebody sends: held in memory, at most so large, known by its content.

Its name and its stated type are the client's and are used for nothing; it is never
written to a disk, and no archive is ever opened.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from concord.errors import UnusableInputError
from concord.terms import Value

MOST_BYTES = 10 * 1024 * 1024
# A form around the file: its boundaries, its key and its token.
MOST_REQUEST = MOST_BYTES + 64 * 1024
FILE = "file"

_TOO_LARGE = "The file is larger than 10 MB. Export it in parts, by time or by type."

# How other kinds of file begin, in the order in which they are told apart.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive, or a document packed in one"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"PK\x07\x08", "a part of a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"RIFF", "a picture or a recording"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "a rich-text document"),
    (b"SQLite format 3", "a database"),
    (b"#!", "a script"),
)
_XML = re.compile(rb"^<[?!A-Za-z]")
_TAR = slice(257, 262)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Refused(Value, frozen=True, kw_only=True):
    """Why a file is not read, in a sentence that says what to do."""

    words: str


class InMemory(FileUploadHandler):
    """Holds the one file of a form in memory, and stops where it is too large."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.too_large = False
        self._chunks: list[bytes] = []
        self._held = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; what came before it is let go."""
        super().new_file(*args, **kwargs)
        self._chunks, self._held = [], 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or stop reading where the file is too large."""
        del start
        self._held += len(raw_data)
        if self._held > MOST_BYTES:
            self.too_large = True
            self._chunks = []
            raise StopUpload(connection_reset=True)
        self._chunks.append(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Return the file under a name of our own."""
        del file_size
        return SimpleUploadedFile("file", b"".join(self._chunks))


def refusal(data: bytes) -> Refused | None:
    """Return why these bytes are not read, or `None` where they may be JSON.

    JSON and NDJSON begin with a brace or a bracket; everything else is refused by
    what it is, where that can be told.
    """
    if len(data) > MOST_BYTES:
        return too_large()
    bare = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not bare:
        return Refused(words="The file is empty. Export it again.")
    for beginning, kind in _BEGINNINGS:
        if bare.startswith(beginning):
            return _other(kind)
    if data[_TAR] == b"ustar":
        return _other("a tar archive")
    if data.startswith(_UTF_16) or b"\x00" in bare[:64]:
        return _other("text that is not in UTF-8, or no text at all")
    if _XML.match(bare):
        return _other("XML or HTML")
    if not bare.startswith((b"{", b"[")):
        return _other("something else")
    return None


def too_large() -> Refused:
    """Return the refusal of a file that is too large."""
    return Refused(words=_TOO_LARGE)


def _other(kind: str) -> Refused:
    return Refused(
        words=(
            f"The file is {kind}. Concord reads FHIR R4 in JSON or NDJSON, unpacked: "
            "ask the source to export it so."
        )
    )


def unusable(error: UnusableInputError) -> Refused:
    """Return the refusal of a file that is JSON but not one person's FHIR."""
    found = str(error)
    return Refused(words=f"The file cannot be used. {found[:1].upper()}{found[1:]}.")
