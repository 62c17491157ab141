"""A file is private until a cleared live page shows it (plan 2023, IV.1)."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, PageViewRestriction

from cms.clearance.rules import NotCleared
from cms.pages.models import SiteDocument, SiteImage
from tests.helpers import clear, publish

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the temporary file of a rendition to be closed when it is forgotten.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def jpeg(colour="red") -> bytes:
    """A picture that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "淞南镇某户门前"
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture(autouse=True)
def on_disk(settings, tmp_path):
    """Documents are sent from a real folder, as on a server."""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def document(site):
    return SiteDocument.objects.create(
        title="草案全文", file=ContentFile("草案".encode(), "draft.txt")
    )


@pytest.fixture
def image(site):
    return SiteImage.objects.create(title="示意图", file=ContentFile(jpeg(), "map.jpg"))


@pytest.fixture
def with_document(page, document):
    page.body = [("file", {"document": document, "title": ""})]
    return page


@pytest.fixture
def with_image(page, image):
    picture = {"image": image, "caption": ""}
    page.body = [("figure", picture)]
    return page


def fetch(client, url) -> tuple[int, bytes]:
    response = client.get(url)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content


def status(client, url) -> int:
    return fetch(client, url)[0]


def rendition_url(image) -> str:
    return image.get_rendition("width-20").url


def replace(file, content: bytes, name: str) -> None:
    file.file = ContentFile(content, name)
    file.save()


def test_a_document_no_page_shows_is_private(client, document):
    assert status(client, document.url) == 403


def test_a_document_of_a_draft_is_private(client, with_document, document):
    with_document.save_revision()

    assert status(client, document.url) == 403


def test_a_document_of_a_reviewed_draft_is_private_still(client, with_document, document):
    clear(with_document)

    assert status(client, document.url) == 403


def test_a_document_of_a_live_page_is_public(client, with_document, document):
    publish(with_document)

    assert status(client, document.url) == 200


def test_a_document_linked_in_the_text_is_public_with_its_page(client, page, document):
    page.body = [("text", f'<p><a linktype="document" id="{document.pk}">草案</a></p>')]
    publish(page)

    assert status(client, document.url) == 200


def test_a_document_of_a_page_taken_off_the_site_is_private_again(client, with_document, document):
    publish(with_document).unpublish()

    assert status(client, document.url) == 403


def test_a_document_the_page_no_longer_shows_is_private_again(client, with_document, document):
    page = publish(with_document)
    page.body = []
    publish(page)

    assert status(client, document.url) == 403


def test_a_document_of_a_page_for_some_readers_is_private(client, with_document, document):
    page = publish(with_document)
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert status(client, document.url) == 403


def test_a_replaced_document_is_not_served(client, with_document, document):
    publish(with_document)

    replace(document, "没有人审查过".encode(), "other.txt")

    assert status(client, SiteDocument.objects.get().url) == 403


def test_a_replaced_document_voids_the_review(with_document, document):
    revision = clear(with_document)

    replace(document, "没有人审查过".encode(), "other.txt")

    with pytest.raises(NotCleared):
        revision.publish()


def test_officials_see_documents_that_are_not_public(client, document, officials):
    client.force_login(officials.reviewer)

    assert status(client, document.url) == 200


def test_an_image_no_page_shows_is_private(client, image):
    assert status(client, rendition_url(image)) == 404


def test_an_image_of_a_live_page_is_public(client, with_image, image):
    publish(with_image)

    assert status(client, rendition_url(image)) == 200


def test_an_image_of_a_page_taken_off_the_site_is_private_again(client, with_image, image):
    publish(with_image).unpublish()

    assert status(client, rendition_url(image)) == 404


def test_a_replaced_image_is_not_served_and_voids_the_review(client, with_image, image):
    page = publish(with_image)

    replace(image, jpeg("blue"), "other.jpg")
    image.renditions.all().delete()

    assert status(client, rendition_url(SiteImage.objects.get())) == 404
    with pytest.raises(NotCleared):
        page.get_latest_revision().publish()


def test_originals_are_never_served(client, with_image, image, officials):
    publish(with_image)

    assert status(client, f"/media/{image.file.name}") == 404
    client.force_login(officials.editor)
    assert status(client, f"/media/{image.file.name}") == 404


def test_the_public_does_not_learn_where_a_picture_was_taken(client, with_image, image):
    publish(with_image)

    _status, served = fetch(client, rendition_url(image))

    with Image.open(io.BytesIO(served)) as picture:
        assert dict(picture.getexif()) == {}


def test_a_file_uploaded_in_the_cms_has_its_digest(client, officials):
    client.force_login(officials.editor)
    data = {
        "title": "示意图",
        "description": "",
        "file": SimpleUploadedFile("map.jpg", jpeg(), "image/jpeg"),
        "collection": Collection.get_first_root_node().pk,
        "tags": "",
    }

    response = client.post(reverse("wagtailimages:add"), data)

    assert response.status_code == 302
    assert len(SiteImage.objects.get().sha256) == 64


def test_a_document_replaced_in_the_cms_has_a_new_digest(client, officials, with_document):
    publish(with_document)
    document = SiteDocument.objects.get()
    client.force_login(officials.editor)
    data = {
        "title": document.title,
        "file": SimpleUploadedFile("other.txt", b"other", "text/plain"),
        "collection": document.collection_id,
        "tags": "",
    }

    client.post(reverse("wagtaildocs:edit", args=[document.pk]), data)

    replaced = SiteDocument.objects.get()
    assert replaced.sha256 != document.sha256
    client.logout()
    assert status(client, replaced.url) == 403


def test_the_digest_of_a_file_is_kept_when_only_its_title_changes(document):
    before = document.sha256
    document.title = "草案"
    document.save(update_fields=["title"])

    assert SiteDocument.objects.get().sha256 == before
