"""Groups are suggested by the machine and made by a person, whose word lasts (C10)."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from cms.wording.grouping import group_texts
from consultation.actions.grouping import (
    AlreadyReading,
    ask_for_groups,
    cancel_grouping,
    read_for_groups,
    runs_left_behind,
)
from consultation.actions.groups import (
    GroupExists,
    SuggestionDecided,
    accept_suggestion,
    create_group,
    dismiss_suggestion,
    dissolve_group,
    merge_groups,
    put_into_group,
)
from consultation.actions.opinions import withdraw_opinion
from consultation.actions.verdicts import (
    NotASecondPerson,
    NothingToCountersign,
    countersign_group,
    decide_group,
)
from consultation.enums import ReadingStage, RunState, SuggestionState, Verdict
from consultation.models import Campaign, GroupingRun, GroupSuggestion, Opinion, OpinionGroup
from consultation.rules import GroupChanged
from tests.consultation.suggester import ByFirstCharacter
from tests.factories import OPENS, UserFactory

pytestmark = pytest.mark.django_db
LATE = OPENS + timedelta(minutes=3)


@pytest.fixture
def read(lift, officer, work_root):
    def call(suggester=None, at=OPENS) -> GroupingRun:
        run = ask_for_groups(lift, by=officer, at=at)
        read_for_groups(run.pk, at=at, suggester=suggester or ByFirstCharacter())
        run.refresh_from_db()
        return run

    return call


@pytest.fixture
def heard(say):
    return {text: say(text).opinion for text in ("采光差", "采光问题", "采光", "噪音大", "费用")}


def open_suggestions() -> list:
    found = GroupSuggestion.objects.filter(state=SuggestionState.OPEN)
    return [
        (s.label, s.group_id, sorted(s.members.values_list("opinion__text", flat=True)))
        for s in found
    ]


def test_a_suggestion_puts_nothing_into_any_group(heard, read):
    run = read()

    assert (run.state, run.texts) == (RunState.DONE, 5)
    assert open_suggestions() == [("采……", None, ["采光", "采光差", "采光问题"])]
    assert Opinion.objects.filter(group__isnull=False).count() == 0
    assert OpinionGroup.objects.count() == 0


def test_a_person_says_yes_and_leaves_one_out(heard, read, officer):
    read()
    suggestion = GroupSuggestion.objects.get()
    keys = [heard["采光差"].pk, heard["采光"].pk]

    group = accept_suggestion(suggestion, title="低层采光", keys=keys, by=officer, at=OPENS)

    assert (group.title, group.phrases) == ("低层采光", ["采"])
    assert sorted(group.opinions.values_list("text", flat=True)) == ["采光", "采光差"]
    read()
    assert open_suggestions() == []  # the one left out is not offered again


def test_who_comes_later_is_offered_to_the_group_that_stands(heard, read, officer, say):
    read()
    keys = [opinion.pk for opinion in heard.values()]
    group = accept_suggestion(
        GroupSuggestion.objects.get(), title="低层采光", keys=keys, by=officer, at=OPENS
    )
    say("采光不好")

    read()

    assert open_suggestions() == [("采……", group.pk, ["采光不好"])]
    again = GroupSuggestion.objects.get(state=SuggestionState.OPEN)
    accept_suggestion(
        again, title="", keys=again.members.values_list("opinion", flat=True), by=officer, at=OPENS
    )
    assert group.opinions.count() == 4


def test_what_a_person_took_out_is_not_offered_again(heard, read, lift, officer):
    members = [heard["采光差"].pk, heard["采光"].pk, heard["采光问题"].pk]
    create_group(lift, title="采光", by=officer, at=OPENS, members=members)
    put_into_group(None, lift, [heard["采光"].pk], by=officer, at=OPENS)

    read()

    assert open_suggestions() == []


def test_a_suggestion_refused_is_not_made_again(heard, read, officer, say):
    read()
    dismiss_suggestion(GroupSuggestion.objects.get(), by=officer, at=OPENS)
    say("采光一般")

    read()

    assert open_suggestions() == []


def test_reading_again_leaves_every_group_as_a_person_made_it(heard, read, lift, officer):
    own = create_group(lift, title="我的", by=officer, at=OPENS, members=[heard["采光差"].pk])
    other = create_group(lift, title="别的", by=officer, at=OPENS, members=[heard["采光"].pk])

    read()
    read()

    assert [own.opinions.count(), other.opinions.count()] == [1, 1]
    assert open_suggestions() == [("采……", own.pk, ["采光问题"])]


def test_a_suggestion_is_decided_once(heard, read, officer):
    read()
    suggestion = GroupSuggestion.objects.get()
    dismiss_suggestion(suggestion, by=officer, at=OPENS)

    with pytest.raises(SuggestionDecided):
        accept_suggestion(suggestion, title="采光", keys=[], by=officer, at=OPENS)
    with pytest.raises(SuggestionDecided):
        dismiss_suggestion(suggestion, by=officer, at=OPENS)


def test_a_name_that_is_taken_leaves_the_suggestion_open(heard, read, lift, officer):
    create_group(lift, title="采光", by=officer, at=OPENS)
    read()
    suggestion = GroupSuggestion.objects.get()

    with pytest.raises(GroupExists):
        accept_suggestion(suggestion, title="采光", keys=[heard["采光"].pk], by=officer, at=OPENS)

    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.OPEN


def test_what_was_grouped_or_withdrawn_meanwhile_is_left_alone(heard, read, lift, officer):
    read()
    mine = create_group(lift, title="我的", by=officer, at=OPENS, members=[heard["采光差"].pk])
    withdraw_opinion(heard["采光"], at=OPENS)
    keys = [opinion.pk for opinion in heard.values()]

    group = accept_suggestion(
        GroupSuggestion.objects.get(), title="采光", keys=keys, by=officer, at=OPENS
    )

    assert list(group.opinions.values_list("text", flat=True)) == ["采光问题"]
    assert mine.opinions.count() == 1


def test_copied_texts_are_found_as_such_and_all_count(say, read):
    for _person in range(3):
        say("我支持加装电梯。")
    say("另一个意见")

    read()

    assert Campaign.objects.get().opinions.count() == 3
    assert Opinion.objects.totals().received == 4
    read()
    assert Campaign.objects.count() == 1


def test_one_reading_at_a_time(lift, officer):
    ask_for_groups(lift, by=officer, at=OPENS)

    with pytest.raises(AlreadyReading):
        ask_for_groups(lift, by=officer, at=OPENS)


def test_a_run_that_waits_is_cancelled_at_once(lift, officer, work_root):
    run = ask_for_groups(lift, by=officer, at=OPENS)
    cancel_grouping(run, by=officer, at=OPENS)
    suggester = ByFirstCharacter()

    assert read_for_groups(run.pk, at=OPENS, suggester=suggester) is False
    run.refresh_from_db()
    assert (run.state, suggester.calls) == (RunState.CANCELLED, 0)


def test_a_run_under_way_hears_that_it_is_to_stop(heard, read, lift, officer):
    class CancelledMeanwhile(ByFirstCharacter):
        def suggest(self, texts, **kwargs):
            cancel_grouping(lift.grouping_runs.get(), by=officer, at=OPENS)
            return super().suggest(texts, **kwargs)

    run = read(CancelledMeanwhile())

    assert (run.state, GroupSuggestion.objects.count()) == (RunState.CANCELLED, 0)


def test_only_one_worker_takes_a_run(heard, lift, officer, work_root):
    run = ask_for_groups(lift, by=officer, at=OPENS)
    suggester = ByFirstCharacter()

    class Second(ByFirstCharacter):
        def suggest(self, texts, **kwargs):
            assert read_for_groups(run.pk, at=OPENS, suggester=suggester) is False
            return super().suggest(texts, **kwargs)

    assert read_for_groups(run.pk, at=OPENS, suggester=Second()) is True
    assert suggester.calls == 0


def test_a_run_whose_worker_died_is_taken_up_with_what_it_had(heard, lift, officer, work_root):
    run = ask_for_groups(lift, by=officer, at=OPENS)

    class Dies(ByFirstCharacter):
        def suggest(self, texts, *, workdir, **kwargs):
            (workdir / "kept").write_text("so far")
            raise SystemExit

    with pytest.raises(SystemExit):
        read_for_groups(run.pk, at=OPENS, suggester=Dies())
    GroupingRun.objects.update(alive_at=OPENS)
    assert runs_left_behind(LATE - timedelta(seconds=1)) == []
    assert runs_left_behind(LATE) == [run.pk]

    class GoesOn(ByFirstCharacter):
        def suggest(self, texts, *, workdir, **kwargs):
            assert (workdir / "kept").read_text() == "so far"
            return super().suggest(texts, workdir=workdir, **kwargs)

    assert read_for_groups(run.pk, at=LATE, suggester=GoesOn()) is True
    assert list(work_root.glob("grouping/*")) == []


def test_a_run_that_fails_says_so_and_can_be_asked_for_again(heard, read, lift, officer):
    class Fails(ByFirstCharacter):
        def suggest(self, texts, **kwargs):
            raise MemoryError

    with pytest.raises(MemoryError):
        read(Fails())

    assert (lift.grouping_runs.get().state, lift.grouping_runs.get().error) == (
        RunState.FAILED,
        "MemoryError",
    )
    assert read().state == RunState.DONE


def test_merged_groups_are_one_and_keep_the_answer_of_the_one_that_stays(heard, lift, officer):
    by = {"by": officer, "at": OPENS}
    first = create_group(lift, title="采光", members=[heard["采光"].pk], **by)
    second = create_group(lift, title="光线", members=[heard["采光差"].pk], **by)
    decide_group(first, verdict=Verdict.ADOPTED, reason="", **by)

    merge_groups(first, [second], **by)

    [group] = OpinionGroup.objects.all()
    assert (group.title, group.verdict, group.opinions.count()) == ("采光", "adopted", 2)


def test_a_dissolved_group_leaves_its_members_with_their_verdicts(heard, lift, officer):
    by = {"by": officer, "at": OPENS}
    group = create_group(lift, title="采光", members=[heard["采光"].pk], **by)
    Opinion.objects.filter(group=group).update(verdict=Verdict.ADOPTED, decided_at=OPENS)

    dissolve_group(group, **by)

    heard["采光"].refresh_from_db()
    assert (heard["采光"].group, heard["采光"].verdict) == (None, Verdict.ADOPTED)


@pytest.fixture
def refused(lift, officer):
    group = create_group(lift, title="采光", by=officer, at=OPENS)
    said = {"verdict": Verdict.NOT_ADOPTED, "reason": "已按国家标准设计"}
    return decide_group(group, **said, by=officer, at=OPENS)


def test_the_second_signature_is_a_second_persons(refused, officer):
    with pytest.raises(NotASecondPerson):
        countersign_group(refused, by=officer, at=OPENS, seen_version=refused.version)

    head = UserFactory()
    signed = countersign_group(refused, by=head, at=OPENS, seen_version=refused.version)
    assert (signed.countersigned_by, signed.countersigned_at) == (head, OPENS)


def test_nothing_is_signed_before_there_is_an_answer(lift, officer):
    group = create_group(lift, title="采光", by=officer, at=OPENS)

    with pytest.raises(NothingToCountersign):
        countersign_group(group, by=UserFactory(), at=OPENS, seen_version=group.version)


def test_a_changed_answer_needs_a_new_signature(refused, officer):
    signed = countersign_group(refused, by=UserFactory(), at=OPENS, seen_version=refused.version)

    same = decide_group(signed, verdict=signed.verdict, reason=signed.reason, by=officer, at=OPENS)
    assert same.countersigned_by is not None
    changed = decide_group(same, verdict=same.verdict, reason="另一个理由", by=officer, at=OPENS)
    assert (changed.countersigned_by, changed.countersigned_at) == (None, None)


def test_of_two_officers_at_one_group_the_second_is_told(refused, officer):
    seen = refused.version
    decide_group(refused, verdict=Verdict.ADOPTED, reason="", by=officer, at=OPENS)

    with pytest.raises(GroupChanged):
        decide_group(
            refused,
            verdict=Verdict.NOT_ADOPTED,
            reason="超出权限",
            seen_version=seen,
            by=officer,
            at=OPENS,
        )
    with pytest.raises(GroupChanged):
        countersign_group(refused, by=UserFactory(), at=OPENS, seen_version=seen)


def test_the_stage_of_a_run_is_told_in_words():
    seen = []
    texts = ["加装电梯好", "加装电梯贵", "加装电梯慢"]
    group_texts(texts, progress=lambda *step: seen.append(step[0]))

    assert {*seen, "copies", "suggest"} == set(ReadingStage.values)
    assert GroupingRun(stage="counting sheep").stage_name == "counting sheep"
    with override("zh-hans"):
        assert GroupingRun(stage="copies").stage_name == "查找相同文本"
