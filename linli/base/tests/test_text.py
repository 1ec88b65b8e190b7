"""Chinese text: folding, sounds, and personal numbers in free text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.base.text import find_personal_numbers, fold, mask, mask_personal_numbers, to_initials, to_pinyin


def test_full_width_and_spaces_and_case_do_not_matter():
    assert fold("　Ｇ５０ 沪渝　高速 ") == "g50 沪渝 高速" == fold("g50  沪渝 高速")


@pytest.mark.parametrize(
    ("name", "sound", "initials"),
    [("池阳街道", "chiyangjiedao", "cyjd"), ("重庆路", "chongqinglu", "cql"), ("Ａ1区", "a1qu", "a1q"), ("", "", "")],
)
def test_names_are_found_by_their_sound(name, sound, initials):
    assert (to_pinyin(name), to_initials(name)) == (sound, initials)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证99170219850607033X，住池阳", "身份证9917**********033X，住池阳"),
        ("号码９９１７０２１９８５０６０７０３３８", "号码9917**********0338"),
        ("老证991702850607033。", "老证9917*******7033。"),
        ("电话16912345678", "电话169****5678"),
        ("拨 169 1234 5678 找门卫", "拨 169******5678 找门卫"),
        ("值班室0566-2023456", "值班室056*****3456"),
    ],
)
def test_personal_numbers_are_masked_and_the_rest_stays(text, masked):
    assert mask_personal_numbers(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "贵池-火-2026-000123，2026-05-20 07:42 受理",
        "位置 117.473238,30.653910",
        "工单 20260520074212345678",
        "统一社会信用代码 91350100M000100Y43",
        "帧 0417 [#1234|NRP*BA3]，账号 12345678",
        "G50 K412+300",
        "行政区划 341702001008",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert mask_personal_numbers(text) == text


def test_where_it_stands_is_told():
    text = "请联系16912345678或99170219850607033X"
    assert [(item.kind, text[item.start : item.end]) for item in find_personal_numbers(text)] == [
        ("phone", "16912345678"),
        ("id_number", "99170219850607033X"),
    ]


@given(st.text(max_size=60), st.sampled_from(["16912345678", "99170219850607033X"]), st.text(max_size=60))
def test_a_number_between_words_never_survives(before, number, after):
    assert number not in mask_personal_numbers(f"{before} 号：{number}。{after}")


@given(st.text(max_size=80))
def test_masking_twice_changes_nothing_more(text):
    once = mask_personal_numbers(text)
    assert mask_personal_numbers(once) == once


@given(st.text("0123456789X", min_size=1, max_size=25))
def test_a_mask_keeps_the_length_and_hides_something(number):
    assert len(mask(number)) == len(number) and "*" in mask(number)
