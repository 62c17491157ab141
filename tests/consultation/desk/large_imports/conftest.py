import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consultation.actions import large_imports
from consultation.actions.large_imports import ask_for_large_import, keep_large_file
from consultation.enums import Channel

from ..conftest import AT
from .letters import work


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(large_imports, "CHUNK", 2)


@pytest.fixture
def keep(consultation, official):
    def keep(text, **changes):
        file = SimpleUploadedFile("来信.csv", text if isinstance(text, bytes) else text.encode())
        told = {"channel": Channel.LETTER, "by": official, "at": AT}
        return keep_large_file(consultation, file=file, **(told | changes))

    return keep


@pytest.fixture
def run(official):
    """Checks, and imports what is clean."""

    def run(batch):
        work(batch)
        ask_for_large_import(batch, by=official, at=AT)
        return work(batch)

    return run
