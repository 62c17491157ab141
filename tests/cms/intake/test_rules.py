import pytest

from cms.intake.rules import (
    ContactInvalid,
    Counted,
    Limits,
    TooManySubmissions,
    check_limits,
    client_of,
    network_of,
    normalised,
    normalised_contact,
    read_number,
)

LIMITS = Limits(per_network_per_hour=3, by_question_per_network_per_hour=1, per_contact_per_day=2)


@pytest.mark.parametrize(
    "typed", ["13812345678", "138 1234 5678", "+86 138-1234-5678", "１３８１２３４５６７８"]
)
def test_a_mobile_number_has_one_spelling(typed):
    assert normalised_contact(typed) == "13812345678"


@pytest.mark.parametrize("typed", ["Wang.Li@Example.COM ", "wang.li@example.com"])
def test_an_email_address_has_one_spelling(typed):
    assert normalised_contact(typed) == "wang.li@example.com"


@pytest.mark.parametrize(
    "typed",
    [
        "12812345678",
        "1381234567",
        "138123456789",
        "66140001",
        "wang@",
        "@example.com",
        "a@b@c.cn",
        "a@b..cn",
        "a b@example.com",
        "a@example.com\nBcc: x@y.cn",
        "a" * 250 + "@b.cn",
        "me",
    ],
)
def test_anything_else_is_no_contact(typed):
    with pytest.raises(ContactInvalid):
        normalised_contact(typed)


def test_no_contact_is_no_error():
    assert normalised_contact("  ") == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("１２", 12),
        ("十二", 12),
        ("十", 10),
        ("二十", 20),
        ("九十九", 99),
        ("两", 2),
        ("〇", 0),
        ("Twelve", 12),
        ("十二。", 12),
        ("", None),
        ("百", None),
        ("十二三", None),
        ("二三", None),
        ("-3", None),
        ("123", None),
    ],
)
def test_a_number_is_read_in_digits_and_in_words(typed, number):
    assert read_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["abcd-efgh-10mn", "ABCD EFGH 1OMN", "ａｂｃｄｅｆｇｈ IOMN", "ABCDEFGHL0MN"]
)
def test_a_number_may_be_typed_with_other_case_spaces_and_look_alikes(typed):
    assert normalised(typed) == "ABCDEFGH10MN"


def test_a_network_is_an_ipv4_address_or_the_subnet_of_an_ipv6_address():
    assert network_of("203.0.113.7") == "203.0.113.7"
    assert network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2:ffff::1")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("unknown") == network_of("") == ""


@pytest.mark.parametrize(
    ("proxies", "header", "client"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.9", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_an_address_is_believed_only_from_our_own_proxies(proxies, header, client):
    assert client_of("10.0.0.1", header, proxies) == client


@pytest.mark.parametrize(
    ("counted", "by_question"),
    [
        (Counted(from_network=3, by_question=0, from_contact=0), False),
        (Counted(from_network=0, by_question=0, from_contact=2), False),
        (Counted(from_network=1, by_question=1, from_contact=0), True),
    ],
)
def test_a_limit_reached_lets_nothing_more_in(counted, by_question):
    with pytest.raises(TooManySubmissions):
        check_limits(counted, LIMITS, by_question=by_question)


@pytest.mark.parametrize(
    ("counted", "by_question"),
    [
        (Counted(from_network=2, by_question=0, from_contact=1), True),
        (Counted(from_network=2, by_question=2, from_contact=1), False),
    ],
)
def test_one_below_every_limit_is_let_in(counted, by_question):
    check_limits(counted, LIMITS, by_question=by_question)
