from pathlib import Path

from django.conf import settings

LETTERS = Path(settings.BASE_DIR) / "templates" / "letters"


def test_every_letter_exists_in_every_language():
    texts = {str(path.relative_to(LETTERS)) for path in LETTERS.rglob("*.txt")}
    names = {name.rsplit(".", 2)[0] for name in texts}
    assert texts == {f"{name}.{code}.txt" for name in names for code, _ in settings.LANGUAGES}
