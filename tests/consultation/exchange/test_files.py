"""Files leave in a package, and come in as an upload would: checked, and private before review."""

import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image
from wagtail.models import Collection

from cms.intake.actions import keep_attachments
from cms.intake.models import Attachment
from cms.intake.uploads import CheckedFile
from cms.pages.models import SiteDocument
from consultation.exchange import package as packages
from consultation.exchange.package import Contents, unpacked
from consultation.exchange.reading import ExchangeUnreadable
from consultation.models import ConsultationAttachment, ConsultationPage, Opinion

from .conftest import AT

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "淞南镇某户门前"
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "JPEG", exif=exif)
    return file.getvalue()


def document(title: str, content: bytes, name: str) -> SiteDocument:
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    return SiteDocument.objects.create(title=title, file=ContentFile(content, name))


@pytest.fixture
def with_files(full):
    """The draft as a file, two attachments of the notice, and a photograph from a citizen."""
    full.draft_file = document("草案全文", "草案".encode(), "draft.txt")
    full.attachments = [
        ConsultationAttachment(
            document=document("补贴标准", PDF, "table.pdf"), title="附件一", locale=full.locale
        ),
        ConsultationAttachment(
            document=document("同一份", PDF, "again.pdf"), title="", locale=full.locale
        ),
    ]
    full.save()
    receipt = Opinion.objects.get(text__startswith="支持").receipt
    photo = CheckedFile(name="照片.jpg", kind="jpg", content=jpeg())
    keep_attachments(receipt, [photo], at=AT)
    return full


def lines_of(file) -> list[dict]:
    return [json.loads(line) for line in unpacked(file)]


def told(lines) -> list[tuple]:
    return [(f["place"], f["name"], f["title"]) for f in lines if f["type"] == "file"]


def test_the_files_of_the_notice_leave_in_a_package_and_those_of_citizens_with_their_contacts(
    with_files, package
):
    notice = [
        ("draft", "draft.txt", "草案全文"),
        ("attachment", "table.pdf", "附件一"),
        ("attachment", "again.pdf", "同一份"),
    ]

    without = lines_of(package(with_files))
    assert (told(without), without[0]["left_out"]) == (notice, 1)
    complete = lines_of(package(with_files, contacts=True, reason="移交"))
    assert told(complete) == [*notice, ("opinion", "照片.jpg", "")]
    assert (complete[0]["left_out"], complete[-1]["totals"]["files"]) == (0, 4)


def test_where_only_lines_leave_all_files_are_left_out(with_files, export):
    lines = [json.loads(line) for line in export(with_files)]

    assert (told(lines), lines[0]["left_out"]) == ([], 4)


def test_the_same_content_is_in_the_package_once_with_its_digest(with_files, package):
    with zipfile.ZipFile(package(with_files)) as archive:
        names = [name for name in archive.namelist() if name.startswith(packages.FILES)]
        manifest = archive.read(packages.MANIFEST).decode()

    assert len(names) == len(set(names)) == 2
    assert all(f"{name.removeprefix(packages.FILES)}  {name}" in manifest for name in names)


def test_a_file_that_is_gone_from_the_disk_is_counted_and_stops_nothing(with_files, package):
    storage = with_files.draft_file.file.storage
    storage.delete(with_files.draft_file.file.name)

    lines = lines_of(package(with_files))

    assert (len(told(lines)), lines[0]["left_out"]) == (2, 2)


@pytest.fixture
def take_package(take_in):
    return lambda file: take_in(unpacked(file), contents=Contents(file).of)


def test_a_package_is_taken_over_with_its_files(with_files, package, take_package, client):
    page = take_package(package(with_files, contacts=True, reason="移交"))

    page = ConsultationPage.objects.get(pk=page.pk)
    assert page.draft_file.file.read() == "草案".encode()
    assert [(a.document.title, a.title) for a in page.attachments.all()] == [
        ("附件一", "附件一"),
        ("同一份", "同一份"),
    ]
    revised = page.get_latest_revision_as_object()
    assert (revised.draft_file, revised.attachments.count()) == (page.draft_file, 2)
    photo = Attachment.objects.get(receipt__opinion__consultation=page)
    assert (photo.name, photo.kind) == ("照片.jpg", "jpg")


def test_its_files_are_private_before_a_page_is_reviewed(
    with_files, package, take_package, client
):
    page = take_package(package(with_files))

    for shown in (page.draft_file, page.attachments.first().document):
        assert client.get(shown.url).status_code in (302, 403, 404)


def test_a_picture_from_elsewhere_is_drawn_anew(with_files, package, take_package):
    page = take_package(package(with_files, contacts=True, reason="移交"))

    photo = Attachment.objects.get(receipt__opinion__consultation=page)
    with Image.open(photo.file.open()) as image:
        assert (image.size, dict(image.getexif())) == ((40, 30), {})


def changed(file, replace) -> io.BytesIO:
    """The package with other contents: name → bytes, or None to leave it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = replace(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return out


def refusal(take_package, file) -> str:
    with pytest.raises(ExchangeUnreadable) as refused:
        take_package(file)
    return refused.value.code


def is_file(name: str) -> bool:
    return name.startswith(packages.FILES)


def test_a_file_that_lacks_or_was_changed_is_refused_and_nothing_stays(
    with_files, package, take_package
):
    sound, before = package(with_files), SiteDocument.objects.count()
    lacking = changed(sound, lambda name, found: None if is_file(name) else found)
    other = changed(sound, lambda name, found: b"x" + found if is_file(name) else found)

    assert refusal(take_package, lacking) == "file_missing"
    assert refusal(take_package, other) == "file_digest"
    assert (SiteDocument.objects.count(), ConsultationPage.objects.count()) == (before, 1)


@pytest.mark.parametrize("name", ["draft.exe", "draft.html", "draft"])
def test_a_kind_that_no_officer_could_upload_is_refused(with_files, package, take_package, name):
    SiteDocument.objects.filter(pk=with_files.draft_file.pk).update(
        file=storages["default"].save(name, ContentFile(b"MZ"))
    )
    with_files.draft_file.refresh_from_db()

    assert refusal(take_package, package(with_files)) == "file_refused"


def test_a_document_larger_than_an_upload_is_refused(with_files, package, take_package, settings):
    file = package(with_files)
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 3

    assert refusal(take_package, file) == "file_refused"


def test_what_calls_itself_a_citizens_picture_is_refused_by_its_content(
    with_files, package, take_package
):
    photo = Attachment.objects.get()
    Attachment.objects.filter(pk=photo.pk).update(
        file=photo.file.storage.save("x", ContentFile(b"MZ\x00\x01 a program"))
    )

    file = package(with_files, contacts=True, reason="移交")
    assert refusal(take_package, file) == "file_refused"


def test_a_refusal_takes_stored_files_away_again(with_files, package, take_package, settings):
    photo = Attachment.objects.get()
    Attachment.objects.filter(pk=photo.pk).update(
        file=photo.file.storage.save("x", ContentFile(b"MZ\x00\x01 a program"))
    )
    file = package(with_files, contacts=True, reason="移交")
    storage = storages["default"]
    before = sorted(storage.listdir("documents")[1])

    assert refusal(take_package, file) == "file_refused"
    assert sorted(storage.listdir("documents")[1]) == before


def test_lines_alone_cannot_bring_files(with_files, package, take_in):
    with pytest.raises(ExchangeUnreadable) as refused:
        take_in(unpacked(package(with_files)))
    assert refused.value.code == "file_missing"


def test_a_file_of_an_opinion_that_is_not_there_is_refused(with_files, package, take_package):
    def of_nobody(name, found):
        is_lines = name == packages.LINES
        return found.replace(b'"opinion": "', b'"opinion": "?') if is_lines else found

    file = changed(package(with_files, contacts=True, reason="移交"), of_nobody)
    assert refusal(take_package, file) == "unknown"
