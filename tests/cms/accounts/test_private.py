from base64 import b64encode

import pytest
from django.apps.registry import Apps
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models

from cms.accounts.management.commands.rotate_data_key import (
    _encrypt_again,
    _rows_under_other_keys,
    rotate,
)
from cms.accounts.private import (
    EncryptedTextField,
    Undecipherable,
    blind_index,
    blind_indexes,
    decrypt,
    encrypt,
    parse_keys,
)

OLD = "old:" + b64encode(b"o" * 32).decode()
NEW = "new:" + b64encode(b"n" * 32).decode()


class Citizen(models.Model):
    phone = EncryptedTextField(blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    note = EncryptedTextField(null=True)

    class Meta:
        app_label = "accounts"
        apps = Apps()  # of the test alone: no migration is owed for it

    def __str__(self):
        return "citizen"

    def blind_index_values(self):
        return {"phone_index": blind_index(self.phone, "phone") if self.phone else ""}


@pytest.fixture(autouse=True)
def table(db, settings):
    settings.DATA_KEY = OLD
    # SQLite forbids an atomic schema editor inside the test's own transaction.
    editor = connection.SchemaEditorClass(connection, atomic=False)
    editor.deferred_sql = []
    editor.create_model(Citizen)


def rotate_all() -> list[int]:
    return [rotate(Citizen._meta.get_field(name)) for name in ("phone", "note")]


def stored(column: str = "phone") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM accounts_citizen ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_private_column_holds_no_readable_text_and_reads_back():
    Citizen.objects.create(phone="13812345678")
    assert Citizen.objects.get().phone == "13812345678"
    assert stored()[0].startswith("v1:old:")
    assert "13812345678" not in stored()[0]


def test_the_same_text_never_looks_the_same_twice():
    Citizen.objects.create(phone="13812345678")
    Citizen.objects.create(phone="13812345678")
    first, second = stored()
    assert first != second


def test_empty_and_missing_stay_empty_and_missing():
    Citizen.objects.create(phone="", note=None)
    assert (stored("phone"), stored("note")) == ([""], [None])
    assert Citizen.objects.filter(note__isnull=True).get().phone == ""


def test_update_and_bulk_update_encrypt_as_well():
    row = Citizen.objects.create(phone="1")
    Citizen.objects.update(phone="13800000000")
    assert stored()[0].startswith("v1:old:")
    row.phone = "13900000000"
    Citizen.objects.bulk_update([row], ["phone"])
    assert stored()[0].startswith("v1:old:")
    assert Citizen.objects.get().phone == "13900000000"


def test_a_value_moved_to_another_column_does_not_open_there():
    Citizen.objects.create(phone="13812345678")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_citizen SET note = phone")
    assert Citizen.objects.defer("note").get().phone == "13812345678"
    with pytest.raises(Undecipherable):
        Citizen.objects.get()


@pytest.mark.parametrize("damaged", ["13812345678", "v1:old:AAAA", "v1:gone:AAAA", "v1:old:?"])
def test_a_changed_value_is_refused(damaged):
    with pytest.raises(Undecipherable):
        decrypt(damaged, column="accounts.citizen.phone")


@pytest.mark.parametrize("lookup", ["phone", "phone__contains", "phone__in", "phone__length__gt"])
def test_a_private_column_cannot_be_searched(lookup):
    with pytest.raises(FieldError):
        list(Citizen.objects.filter(**{lookup: "1"}))


def test_a_blind_index_finds_the_same_text_only_for_the_same_purpose():
    assert blind_index("13812345678", "a") == blind_index("13812345678", "a")
    assert blind_index("13812345678", "a") != blind_index("13812345678", "b")
    assert blind_index("13812345678", "a") != blind_index("13812345679", "a")
    assert len(blind_index("x", "a")) == 64


def test_a_blind_index_made_before_a_change_of_keys_is_still_found(settings):
    before = blind_index("13812345678", "a")
    settings.DATA_KEY = f"{NEW},{OLD}"
    assert blind_index("13812345678", "a") != before
    assert blind_indexes("13812345678", "a") == [blind_index("13812345678", "a"), before]


def test_rotation_lets_the_old_key_be_retired(settings, monkeypatch):
    monkeypatch.setattr("cms.accounts.management.commands.rotate_data_key.BATCH", 2)
    for number in range(5):
        Citizen.objects.create(phone=f"1380000000{number}", note="n")
    Citizen.objects.create(phone="")
    settings.DATA_KEY = f"{NEW},{OLD}"
    Citizen.objects.create(phone="13900000000")

    assert rotate_all() == [5, 5]
    settings.DATA_KEY = NEW
    rows = list(Citizen.objects.order_by("pk"))
    assert [row.phone for row in rows] == [
        *(f"1380000000{number}" for number in range(5)),
        "",
        "13900000000",
    ]
    assert rows[0].note == "n"
    assert rows[0].phone_index == blind_index("13800000000", "phone")


def test_rotating_twice_changes_nothing_more(settings):
    Citizen.objects.create(phone="13812345678")
    settings.DATA_KEY = f"{NEW},{OLD}"
    assert rotate_all() == [1, 0]
    before = stored()
    assert rotate_all() == [0, 0]
    assert stored() == before


def test_a_value_saved_while_keys_are_changed_is_not_overwritten(settings):
    Citizen.objects.create(phone="13812345678")
    settings.DATA_KEY = f"{NEW},{OLD}"
    phone = Citizen._meta.get_field("phone")
    row = _rows_under_other_keys(phone).get()
    settings.DATA_KEY = f"{OLD},{NEW}"
    Citizen.objects.update(phone="13900000000")
    settings.DATA_KEY = f"{NEW},{OLD}"
    assert _encrypt_again(phone, row) == 0
    assert Citizen.objects.get().phone == "13900000000"
    assert rotate(phone) == 1


@pytest.mark.parametrize("text", ["", "x", "x:", "x:AAAA", f"{OLD},{OLD}", "a b:" + OLD[4:]])
def test_a_malformed_key_is_refused(text):
    with pytest.raises(ImproperlyConfigured):
        parse_keys(text)


def test_encryption_uses_the_first_key(settings):
    settings.DATA_KEY = f"{NEW},{OLD}"
    assert encrypt("x", column="c").startswith("v1:new:")
