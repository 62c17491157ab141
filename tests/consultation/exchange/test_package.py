import hashlib
import io
import json
import zipfile

import pytest

from consultation.exchange import package
from consultation.exchange.package import packed, unpacked
from consultation.exchange.reading import ExchangeUnreadable
from consultation.exchange.records import schema

LINES = [b'{"type": "exchange"}\n', b'{"type": "end"}\n']
SOUND = b"".join(LINES)


def archive(name=package.LINES, content=SOUND) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as found:
        found.writestr(name, content)
    return out


def refused(file) -> str:
    with pytest.raises(ExchangeUnreadable) as refusal:
        list(unpacked(file))
    return refusal.value.code


def test_lines_come_out_of_a_package_as_they_went_in():
    with packed(LINES) as file:
        assert list(unpacked(file)) == LINES
    assert list(unpacked(io.BytesIO(b"".join(LINES)))) == LINES


def test_the_digests_in_a_package_are_those_of_its_files():
    with packed(LINES) as file, zipfile.ZipFile(file) as found:
        manifest = dict(
            reversed(line.split("  "))
            for line in found.read("manifest.sha256").decode().splitlines()
        )
        contents = {name: found.read(name) for name in manifest}

    assert json.loads(contents["schema.json"]) == schema()
    assert manifest == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
    }


def test_what_is_no_package_is_refused():
    assert refused(io.BytesIO(b"PK\x03\x04" + b"x" * 50)) == "broken_zip"
    assert refused(archive("other.txt")) == "other_zip"
    cut = archive().getvalue()
    assert refused(io.BytesIO(cut[: len(cut) // 2])) == "broken_zip"


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert refused(archive(content=b"0" * (package.SMALL * 2))) == "too_big"


def test_a_package_that_lies_about_its_size_is_refused():
    file = archive(content=b'{"a": 1}\n' * 1000)
    lying = file.getvalue().replace((9000).to_bytes(4, "little"), (90).to_bytes(4, "little"))

    assert refused(io.BytesIO(lying)) == "broken_zip"
