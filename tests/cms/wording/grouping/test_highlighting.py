"""What the members of a group share is shown in the words they wrote."""

import pytest

from cms.wording.grouping import highlights


@pytest.mark.parametrize(
    ("text", "phrases", "marked"),
    [
        ("我要加装电梯，加装电梯好", ["加装电梯"], ["加装电梯", "加装电梯"]),
        ("我要加裝電梯", ["加装电梯"], ["加裝電梯"]),
        ("我要加装电梯", ["加裝電梯"], ["加装电梯"]),
        ("ＵＢＥＲ很好，Uber不好", ["uber"], ["ＵＢＥＲ", "Uber"]),
        ("uberx is not Uber", ["uber"], ["Uber"]),
        ("Left\n  turn only", ["left turn"], ["Left\n  turn"]),
        ("每㎡补贴", ["m2补"], ["㎡补"]),
        ("停\u200b车难", ["停车"], ["停\u200b车"]),
        ("加装电梯费用", ["电梯费用", "加装电梯"], ["加装电梯费用"]),
        ("好\x00好", ["没有"], []),
        ("任何文字", ["", " "], []),
        ("", ["文字"], []),
    ],
)
def test_phrases_are_found_in_the_original_text(text, phrases, marked):
    assert [text[start:end] for start, end in highlights(text, phrases)] == marked
