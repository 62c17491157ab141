"""How many opinions stand where, without counting them.

The database keeps it: triggers on the opinions (migration 0021) write down each change of a number
as a line of its own, in the transaction that makes it. Nobody waits for anybody, and a sum of the
lines is exact at every moment. From time to time the lines are added up (`fold`).
"""

from collections import Counter

from django.db import connection, models, transaction

from ..enums import Verdict
from .consultations import ConsultationPage
from .groups import OpinionGroup

CELL = ("consultation_id", "group_id", "channel", "verdict", "withdrawn")
FEW = 1_000  # lines
FOLDED_AT_ONCE = 20_000
DIFFERENCES = """
SELECT consultation_id, group_id, channel, verdict, withdrawn, SUM(number) AS number FROM (
    SELECT consultation_id, group_id, channel, verdict, withdrawn_at IS NOT NULL AS withdrawn,
        1 AS number
    FROM consultation_opinion
    UNION ALL
    SELECT consultation_id, group_id, channel, verdict, withdrawn, -number
    FROM consultation_opinioncount
) AS cells
GROUP BY consultation_id, group_id, channel, verdict, withdrawn
HAVING SUM(number) <> 0
"""
MEND = f"INSERT INTO consultation_opinioncount ({', '.join(CELL)}, number) {DIFFERENCES}"


class OpinionCountQuerySet(models.QuerySet):
    def counted(self):
        """As `OpinionQuerySet.counted`: not withdrawn, and not itself divided into points."""
        return self.filter(withdrawn=False).exclude(verdict=Verdict.SPLIT)

    def crowded(self) -> list[int]:
        """The consultations with many more lines than numbers."""
        lines = self.order_by().values("consultation").annotate(n=models.Count("pk"))
        many = dict(lines.filter(n__gt=FEW).values_list("consultation", "n"))
        return [key for key, n in many.items() if n > FEW + 2 * self._numbers_of(key)]

    def _numbers_of(self, consultation: int) -> int:
        cells = self.filter(consultation=consultation).order_by().values(*CELL)
        return cells.distinct().count()

    def fold(self, consultation: int) -> int:
        """Adds up the oldest lines of one consultation; says how many there are fewer.

        What is being written meanwhile is not seen and stays.
        """
        with transaction.atomic():
            lines = self.filter(consultation=consultation).order_by("pk").select_for_update()
            found = list(lines.values_list("pk", *CELL, "number")[:FOLDED_AT_ONCE])
            sums: Counter = Counter()
            for _key, *cell, number in found:
                sums[tuple(cell)] += number
            self.filter(pk__in=[line[0] for line in found]).delete()
            added = self.bulk_create(
                self.model(**dict(zip(CELL, cell, strict=True)), number=number)
                for cell, number in sums.items()
                if number
            )
        return len(found) - len(added)

    def mend(self) -> int:
        """Counts every opinion, and puts right what was counted otherwise: how many numbers.

        One statement, which sees opinions and lines as they were at one moment.
        """
        with connection.cursor() as cursor:
            cursor.execute(MEND)
            return cursor.rowcount


class OpinionCount(models.Model):
    """A change of the number of opinions that stand in one place."""

    # What an opinion may name is held by the constraints of the opinions.
    consultation = models.ForeignKey(
        ConsultationPage,
        on_delete=models.CASCADE,
        related_name="opinion_counts",
        db_constraint=False,
    )
    group = models.ForeignKey(
        OpinionGroup,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="opinion_counts",
        db_constraint=False,
        db_index=False,
    )
    channel = models.CharField(max_length=16)
    verdict = models.CharField(max_length=16)
    withdrawn = models.BooleanField()
    number = models.IntegerField()

    objects = OpinionCountQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.number:+d}"
