"""docs/clauses.md leads from a clause to the code that keeps it and the test that holds it."""

import ast
import re
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NAMED = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[str, list[str], list[str]]]:
    """Clause, what keeps it, which tests hold it; one for every row of every table."""
    found = []
    for line in (ROOT / "docs" / "clauses.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and NAMED.search(cells[2]):
            clause = f"{cells[0]} {cells[1]}"
            found.append((clause, NAMED.findall(cells[2]), NAMED.findall(cells[3])))
    return found


ROWS = rows()


def exists(path: str) -> bool:
    """Whether ``package.module:attribute.attribute`` can be imported."""
    module, _, attributes = path.partition(":")
    found = import_module(module)
    for name in attributes.split("."):
        if not hasattr(found, name):
            return False
        found = getattr(found, name)
    return True


@lru_cache
def names_in(file: str) -> set[str]:
    path = ROOT / "tests" / file
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_table_is_read():
    assert len(ROWS) > 30
    assert {clause for clause, _code, _tests in ROWS if "2023" in clause}


@pytest.mark.parametrize(("clause", "code", "_tests"), ROWS)
def test_the_code_that_keeps_a_clause_exists(clause, code, _tests):
    assert [path for path in code if not exists(path)] == []


@pytest.mark.parametrize(("clause", "_code", "tests"), ROWS)
def test_every_clause_names_a_test_that_exists(clause, _code, tests):
    places = [named.split("::") for named in tests]
    missing = [(file, name) for file, name in places if name not in names_in(file)]

    assert tests, f"{clause} names no test"
    assert missing == []
