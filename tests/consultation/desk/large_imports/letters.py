"""A file of letters, and a worker's turn at it."""

from datetime import timedelta

from consultation.actions.large_imports import work_on_import
from consultation.models import ImportBatch

from ..conftest import AT

HEAD = "编号,意见内容,收到时间,姓名\n"
LATER = AT + timedelta(minutes=4)


def rows(*numbers) -> str:
    return HEAD + "".join(f"n{number},意见{number},2026-11-01,\n" for number in numbers)


def work(batch, at=AT) -> ImportBatch:
    work_on_import(batch.pk, at=at)
    batch.refresh_from_db()
    return batch
