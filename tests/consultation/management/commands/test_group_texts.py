"""A column of texts from anywhere is grouped from the command line, without a database."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.cms.wording.grouping.messages import ALL, BUS, ELEVATOR, MIXER

TEXTS = [*ALL[:3], '第一行\n第二行，带"引号"', "", *ALL[3:]]


def written(encoding="utf-8", delimiter=","):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["编号", "留言内容"])
    writer.writerows([number, text] for number, text in enumerate(TEXTS))
    return file.getvalue().encode(encoding)


def answer(capsys, *arguments):
    call_command("group_texts", *map(str, arguments))
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";")],
)
def test_every_row_is_in_one_group_or_in_none(tmp_path, capsys, encoding, delimiter):
    file = tmp_path / "export.csv"
    file.write_bytes(written(encoding, delimiter))

    found = json.loads(answer(capsys, file, "--column", "留言内容", "--json"))

    assert list(found) == ["groups", "ungrouped"]
    assert [list(group) for group in found["groups"]] == [["label", "phrases", "members"]] * 3
    rows = [row for group in found["groups"] for row in group["members"]] + found["ungrouped"]
    assert sorted(rows) == list(range(len(TEXTS)))
    groups = {frozenset(TEXTS[row] for row in group["members"]) for group in found["groups"]}
    assert groups == {frozenset(ELEVATOR), frozenset(MIXER), frozenset(BUS)}


def test_a_person_gets_a_listing(tmp_path, capsys):
    file = tmp_path / "export.csv"
    file.write_bytes(written())

    lines = answer(capsys, file, "--column", "留言内容").splitlines()

    assert lines[0] == f"{len(TEXTS)} texts, 3 groups, {len(TEXTS) - 14} ungrouped"
    assert sum("搅拌站" in line for line in lines) >= 1


def test_a_missing_column_is_named_with_those_there_are(tmp_path):
    file = tmp_path / "export.csv"
    file.write_bytes(written())

    with pytest.raises(CommandError, match="no column 内容. Columns: 编号, 留言内容") as refused:
        call_command("group_texts", file, "--column", "内容")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_file_has_no_columns(tmp_path, content):
    file = tmp_path / "export.csv"
    file.write_bytes(content)

    with pytest.raises(CommandError, match="Columns: none"):
        call_command("group_texts", file, "--column", "内容")


def test_without_file_or_database_it_says_so_and_no_more(tmp_path):
    env = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    root = Path(__file__).parents[4]

    def run(*arguments):
        command = [sys.executable, "manage.py", "group_texts", *arguments]
        return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)  # noqa: S603

    missing = run(str(tmp_path / "none.csv"), "--column", "a", "--json")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert missing.stderr.strip().endswith("none.csv cannot be read: No such file or directory.")

    (tmp_path / "a.csv").write_text("a\nx y\n")
    done = run(str(tmp_path / "a.csv"), "--column", "a", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == '{"groups": [], "ungrouped": [0]}\n'
