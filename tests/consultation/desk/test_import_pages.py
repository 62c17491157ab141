import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consultation.desk.faults import refusal
from consultation.models import ImportBatch, Opinion

pytestmark = pytest.mark.django_db

CLEAN = "意见内容,收到时间\n支持加装,2026-11-01\n"
BAD = "意见内容,收到时间,渠道\n,明天,信鸽\n" + "好,坏日期,\n" * 150


@pytest.fixture
def upload(desk, address):
    def upload(text, name="来信.csv", **data):
        content = text if isinstance(text, bytes) else text.encode()
        file = SimpleUploadedFile(name, content)
        return desk.post(address("imports"), {"file": file, "channel": "letter", **data})

    return upload


def test_a_clean_file_is_checked_then_imported(desk, upload, address):
    checked = upload(CLEAN, source="11月来信")
    batch = ImportBatch.objects.get()
    assert checked.url == address("import", batch.pk)
    assert Opinion.objects.count() == 0
    assert "支持加装" in desk.get(checked.url).content.decode()
    assert desk.post(address("run_import", batch.pk)).url == address("desk")
    assert Opinion.objects.get().batch.source == "11月来信"
    desk.post(address("run_import", batch.pk))
    assert Opinion.objects.count() == 1
    assert desk.get(address("import", batch.pk)).status_code == 200
    assert desk.post(address("import", batch.pk), {}).status_code == 302


def test_every_fault_is_on_some_page_with_line_column_and_value(desk, upload):
    url = upload(BAD).url
    first = desk.get(url)
    assert (first.context["fault_count"], first.context["bad_rows"]) == (153, 151)
    shown = first.context["faults"] + desk.get(url, {"p": 2}).context["faults"]
    assert len(shown) == 153
    html = first.content.decode()
    for part in ("明天", "信鸽", "收到时间", "渠道"):
        assert part in html
    assert sorted({fault["line"] for fault in shown}) == list(range(2, 153))


def test_a_file_with_faults_is_not_imported_whatever_is_posted(desk, upload, address):
    upload(BAD)
    batch = ImportBatch.objects.get()
    assert b"run" not in desk.get(address("import", batch.pk)).content.split(b"<main")[1]
    response = desk.post(address("run_import", batch.pk))
    assert response.url == address("import", batch.pk)
    assert Opinion.objects.count() == 0


def test_the_officer_says_which_column_is_what(desk, upload, address):
    url = upload("要点,日子\n支持,2026-11-01\n").url
    context = desk.get(url).context
    assert not context["is_clean"]
    chosen = {"column_text": "0", "column_received_at": "1", "channel": "phone", "source": ""}
    assert desk.post(url, chosen).url == url
    assert desk.get(url).context["is_clean"]
    wrong = desk.post(url, chosen | {"column_text": "7"})
    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["column_text"]
    assert wrong.context["form"]["column_received_at"].value() == "1"


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("意見內容\n計程車與乘客的權利義務\n".encode("big5"), "encoding", 0),
        (b"\xd0\xcf\x11\xe0", "old_excel", 0),
        (b"PK\x03\x04", "broken_workbook", 0),
        ("意见\n".encode(), "empty", 0),
        ('意见,时间\n"没有结束,2026-11-01\n'.encode(), "broken_csv", 2),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(upload, content, code, line):
    response = upload(content)
    assert response.status_code == 422
    assert response.context["form"].errors == {"file": [refusal(code, line)]}
    assert not ImportBatch.objects.exists()


def test_an_upload_without_a_file_says_so(desk, address):
    response = desk.post(address("imports"), {"channel": "letter"})
    assert list(response.context["form"].errors) == ["file"]


def test_a_file_is_thrown_away_but_never_one_that_was_imported(desk, upload, address):
    upload(BAD)
    batch = ImportBatch.objects.get()
    assert desk.post(address("discard_import", batch.pk)).url == address("imports")
    assert not ImportBatch.objects.exists()
    upload(CLEAN)
    imported = ImportBatch.objects.get()
    desk.post(address("run_import", imported.pk))
    assert desk.post(address("discard_import", imported.pk)).status_code == 404


def test_a_value_of_the_file_never_becomes_markup(desk, upload):
    url = upload("意见内容,收到时间\n<script>x</script>,<b>明天</b>\n").url
    html = desk.get(url).content.decode()
    assert "<script>x" not in html and "<b>明天" not in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_files_take_as_many_queries_for_three_as_for_one(
    desk, upload, address, django_assert_max_num_queries, count
):
    for _number in range(count):
        upload(CLEAN)
    desk.get(address("imports"))
    with django_assert_max_num_queries(11):
        assert len(desk.get(address("imports")).context["batches"]) == count
