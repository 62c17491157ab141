"""Files from citizens: what is let in, and how it is handed out (rulebook S4).

The name and the type a browser states are never believed. A kind is accepted when the content
itself shows it; images are drawn anew, so that no metadata and no hidden content survives.
"""

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MEGABYTE = 1024 * 1024
MAX_FILES = 3
MAX_BYTES = 10 * MEGABYTE
MAX_PIXELS = 40_000_000
MAX_MEMBERS = 2_000
MAX_UNPACKED = 100 * MEGABYTE
MAX_RATIO = 200
NAME_LENGTH = 120

IMAGES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
KINDS = ("pdf", *OFFICE, *IMAGES, "txt")
ACCEPT = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png,.webp,.txt"


class UploadRefused(ValidationError):
    """A file that is not let in, with the reason a person can act on."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored: sanitised name, kind, and the very bytes to keep."""

    name: str
    kind: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def content_file(self) -> ContentFile:
        return ContentFile(self.content, name=self.name)


def check_files(uploads: Iterable) -> list[CheckedFile]:
    """Every upload checked, or UploadRefused for the first that is not let in."""
    uploads = list(uploads)
    if len(uploads) > MAX_FILES:
        raise UploadRefused(
            _("At most %(limit)d files, please."), "too_many", {"limit": MAX_FILES}
        )
    return [check_file(upload) for upload in uploads]


def check_file(upload) -> CheckedFile:
    """One upload (`name`, `size`, `read()`), its kind decided by its content."""
    name = plain_name(upload.name)
    if upload.size > MAX_BYTES:
        raise UploadRefused(
            _("“%(name)s” is larger than %(limit)d MB."),
            "too_large",
            {"name": name, "limit": MAX_BYTES // MEGABYTE},
        )
    content = upload.read()
    if not content:
        raise UploadRefused(_("“%(name)s” is empty."), "empty", {"name": name})
    kind = kind_of(content, name)
    if kind in IMAGES:
        content = redrawn(content, kind, name)
    return CheckedFile(name=_with_ending(name, kind), kind=kind, content=content)


def plain_name(name: str) -> str:
    """The file name as text: no folder, no control or direction characters, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem, dot, ending = visible.strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    room = NAME_LENGTH - len(ending[:10]) - 1
    return f"{stem[:room]}.{ending[:10]}" if dot else stem[:room] or "file"


def kind_of(content: bytes, name: str) -> str:
    """One of KINDS, from the content. Refuses with UploadRefused."""
    guessed = filetype.guess(content[:8192])
    extension = guessed.extension if guessed else ""
    if extension in ("pdf", *IMAGES):
        return extension
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content, name)
    if not guessed and _is_text(content):
        return "txt"
    raise _not_accepted(name)


def redrawn(content: bytes, kind: str, name: str) -> bytes:
    """The picture drawn anew, upright, without metadata; the first frame of an animation."""
    try:
        with Image.open(BytesIO(content), formats=[IMAGES[kind]]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise UploadRefused(
                    _("“%(name)s” has too many pixels."), "too_many_pixels", {"name": name}
                )
            upright = ImageOps.exif_transpose(image)
            return _written(upright, kind)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UploadRefused(
            _("“%(name)s” cannot be read as a picture."), "broken", {"name": name}
        ) from error
    except Image.DecompressionBombError as error:
        raise UploadRefused(
            _("“%(name)s” has too many pixels."), "too_many_pixels", {"name": name}
        ) from error


def attachment_response(attachment) -> FileResponse:
    """Hand a file out to be saved, never to be opened inside the site."""
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _written(image: Image.Image, kind: str) -> bytes:
    modes = ("RGB", "L") if kind == "jpg" else ("RGB", "RGBA", "L", "LA")
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    plain = image
    if image.mode not in modes:
        plain = image.convert("RGBA" if has_alpha and kind != "jpg" else "RGB")
    # Pixels only: info (EXIF, GPS, comments, text chunks) stays behind.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    out = BytesIO()
    clean.save(out, IMAGES[kind], **({} if kind == "png" else {"quality": 90}))
    return out.getvalue()


def _office_kind(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _not_accepted(name) from error
    _check_bomb(members, len(content), name)
    names = {member.filename for member in members}
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise UploadRefused(
            _("“%(name)s” contains macros; please save it without them."),
            "macros",
            {"name": name},
        )
    for kind, main_part in OFFICE.items():
        if "[Content_Types].xml" in names and main_part in names:
            return kind
    raise _not_accepted(name)


def _check_bomb(members: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    unpacked = sum(member.file_size for member in members)
    too_much = unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed
    if len(members) > MAX_MEMBERS or too_much:
        raise UploadRefused(_("“%(name)s” unpacks to far too much."), "bomb", {"name": name})


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not re.search(r"[\x01-\x08\x0b\x0e-\x1f]", text)
    return False


def _with_ending(name: str, kind: str) -> str:
    stem, dot, ending = name.rpartition(".")
    same = ending.lower() == kind or (kind == "jpg" and ending.lower() == "jpeg")
    return name if dot and same else f"{name[: NAME_LENGTH - 6]}.{kind}"


def _not_accepted(name: str) -> UploadRefused:
    return UploadRefused(
        _("“%(name)s” is not one of the kinds we can take: %(kinds)s."),
        "kind",
        {"name": name, "kinds": ", ".join(KINDS)},
    )
