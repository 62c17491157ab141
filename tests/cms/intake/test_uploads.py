import hashlib
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from openpyxl import Workbook
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from cms.intake import uploads
from cms.intake.actions import keep_attachments
from cms.intake.fields import AttachmentsField
from cms.intake.models import Attachment
from cms.intake.uploads import (
    UploadRefused,
    attachment_response,
    check_file,
    check_files,
    plain_name,
)

from .conftest import AT

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def upload(name, content, content_type="application/octet-stream"):
    return SimpleUploadedFile(name, content, content_type)


def picture(kind, *, size=(8, 4), mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, size, "red" if mode != "P" else 0).save(out, kind, **options)
    return out.getvalue()


def packed(members):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook():
    out = BytesIO()
    Workbook().save(out)
    return out.getvalue()


DOCX = packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"})


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("意见.pdf", PDF, "pdf"),
        ("意见.docx", DOCX, "docx"),
        ("表.xlsx", workbook(), "xlsx"),
        ("图.jpeg", picture("JPEG"), "jpg"),
        ("图.png", picture("PNG"), "png"),
        ("图.webp", picture("WEBP"), "webp"),
        ("话.txt", "建议增加座椅".encode(), "txt"),
        ("话.txt", "建议增加座椅".encode("gb18030"), "txt"),
    ],
)
def test_these_kinds_are_let_in_with_the_name_the_sender_gave(name, content, kind):
    checked = check_file(upload(name, content))
    assert (checked.name, checked.kind) == (name, kind)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("图.jpg", b"<html><script>alert(1)</script>" + b"\x00"),
        ("程序.pdf", b"MZ\x90\x00" + b"\x00" * 300),
        ("图.png", b"GIF89a" + b"\x00" * 40),
        ("包.docx", packed({"a.txt": "x"})),
        ("包.docx", b"PK\x03\x04 broken"),
        ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("话.txt", b"\xff\xfe\x00a"),
        ("话.txt", b"a\x1b[2Jb"),
    ],
)
def test_what_the_content_does_not_show_is_refused_whatever_its_name(name, content):
    with pytest.raises(UploadRefused):
        check_file(upload(name, content))


def test_a_file_under_a_false_name_is_kept_under_a_true_one():
    assert check_file(upload("网页.html", PDF)).name == "网页.html.pdf"
    assert check_file(upload("page.html", b"<script>alert(1)</script>")).name == "page.html.txt"


def test_where_and_with_what_a_picture_was_taken_is_gone():
    exif = Image.Exif()
    exif[Base.Model] = "Camera of Zhang San"
    exif[Base.Orientation] = 6
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (31.0, 20.0, 0.0)
    for name, kind in (("a.jpg", "JPEG"), ("a.webp", "WEBP"), ("a.png", "PNG")):
        before = picture(kind, exif=exif)
        assert b"Zhang San" in before
        content = check_file(upload(name, before)).content
        with Image.open(BytesIO(content)) as image:
            assert not image.getexif()
            assert image.size == (4, 8)
        assert b"Zhang San" not in content


def test_what_is_written_into_a_picture_is_gone():
    content = check_file(upload("a.jpg", picture("JPEG", comment=b"Zhang San"))).content
    assert b"Zhang San" not in content


def test_what_hides_behind_a_picture_is_gone():
    content = check_file(upload("a.png", picture("PNG") + b"<?php evil")).content
    assert b"evil" not in content


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("JPEG", "L")],
)
def test_pictures_of_every_colour_mode_are_drawn_anew(kind, mode):
    checked = check_file(upload("a", picture(kind, mode=mode, size=(3, 3))))
    with Image.open(BytesIO(checked.content)) as image:
        assert image.size == (3, 3)


def test_a_picture_that_is_cut_off_is_refused():
    with pytest.raises(UploadRefused):
        check_file(upload("a.jpg", picture("JPEG", size=(200, 200))[:400]))


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_PIXELS", 32)
    check_file(upload("a.png", picture("PNG", size=(8, 4))))
    with pytest.raises(UploadRefused, match="pixels"):
        check_file(upload("a.png", picture("PNG", size=(11, 3))))


def test_a_file_at_the_limit_is_let_in_and_one_byte_more_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", len(PDF))
    check_file(upload("a.pdf", PDF))
    with pytest.raises(UploadRefused, match="larger than"):
        check_file(upload("a.pdf", PDF + b" "))
    with pytest.raises(UploadRefused, match="empty"):
        check_file(upload("a.pdf", b""))


def test_a_document_that_unpacks_to_far_too_much_is_refused(monkeypatch):
    parts = {"[Content_Types].xml": "x", "word/document.xml": "x"}
    bomb = packed(parts | {"word/big.xml": b"0" * 5_000_000})
    with pytest.raises(UploadRefused, match="unpacks"):
        check_file(upload("a.docx", bomb))
    monkeypatch.setattr(uploads, "MAX_MEMBERS", 3)
    check_file(upload("a.docx", packed(parts | {"1": "x"})))
    with pytest.raises(UploadRefused, match="unpacks"):
        check_file(upload("a.docx", packed(parts | {"1": "x", "2": "x"})))


def test_a_document_with_macros_is_refused():
    parts = {"[Content_Types].xml": "x", "word/document.xml": "x", "word/vbaProject.bin": "x"}
    with pytest.raises(UploadRefused, match="macros"):
        check_file(upload("a.docx", packed(parts)))


def test_three_files_are_let_in_and_a_fourth_is_refused():
    assert len(check_files(upload("a.pdf", PDF) for _ in range(3))) == 3
    with pytest.raises(UploadRefused, match="At most 3"):
        check_files(upload("a.pdf", PDF) for _ in range(4))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\意见.pdf", "意见.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", "file"),
        ("字" * 300 + ".pdf", "字" * 116 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_text_and_nothing_else(name, plain):
    assert plain_name(name) == plain
    assert len(plain_name(name)) <= 120


@pytest.mark.django_db
def test_a_file_is_kept_under_a_random_name_and_handed_out_to_be_saved(submit):
    receipt, _, _ = submit()
    keep_attachments(receipt, check_files([upload("../意见.pdf", PDF)]), at=AT)
    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.size, attachment.kind) == ("意见.pdf", len(PDF), "pdf")
    assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()
    assert attachment.file.name.startswith("intake/")
    assert "意见" not in attachment.file.name
    response = attachment_response(attachment)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content) == PDF
    response.close()


def test_a_form_takes_several_files_or_none():
    field = AttachmentsField(required=False)
    files = MultiValueDict({"files": [upload("a.pdf", PDF), upload("b.pdf", PDF)]})
    value = field.widget.value_from_datadict({}, files, "files")
    assert [file.name for file in field.clean(value)] == ["a.pdf", "b.pdf"]
    assert field.clean(field.widget.value_from_datadict({}, MultiValueDict(), "files")) == []
    assert "multiple" in field.widget.render("files", None)
    with pytest.raises(UploadRefused):
        field.clean([upload("a.exe", b"MZ\x00")])
