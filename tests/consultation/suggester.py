from cms.wording.grouping import Grouping, GroupingStopped, TextGroup
from consultation.suggesters import Suggester


class ByFirstCharacter(Suggester):
    """Texts that begin alike are together; those that are the same are copies."""

    title = "第一个字"

    def __init__(self):
        self.calls = 0

    def suggest(self, texts, *, progress, should_stop, workdir):
        self.calls += 1
        progress("reading", 0, len(texts))
        if should_stop():
            raise GroupingStopped
        (workdir / "kept").write_text("so far")
        rows: dict[str, list[int]] = {}
        for row, text in enumerate(texts):
            rows.setdefault(text[0], []).append(row)
        groups = [
            TextGroup(f"{sign}……", [sign], members)
            for sign, members in rows.items()
            if len(members) > 1
        ]
        same: dict[str, list[int]] = {}
        for row, text in enumerate(texts):
            same.setdefault(text, []).append(row)
        copies = [members for members in same.values() if len(members) > 1]
        alone = [members[0] for members in rows.values() if len(members) == 1]
        return Grouping(groups, alone, copies)
