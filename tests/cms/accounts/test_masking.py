import pytest

from cms.accounts.masking import mask_email, mask_name, mask_phone


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("021-56141234", "021****1234"),
        ("56141234", "****34"),
        ("110", "****"),
        ("call me", "****"),
        ("", ""),
    ],
)
def test_a_phone_number_keeps_its_first_three_and_last_four_digits(number, shown):
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("a@b.cn", "a***@b.cn"),
        ("zhang.san@songnan.gov.cn", "z***@songnan.gov.cn"),
        ('"a@b"@c.cn', '"***@c.cn'),
        ("@b.cn", "****"),
        ("nobody", "****"),
        ("", ""),
    ],
)
def test_an_address_keeps_its_first_character_and_domain(address, shown):
    assert mask_email(address) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张**"), ("张", "张**"), ("欧阳娜娜", "欧**"), ("Ann Lee", "A**"), (" ", "")],
)
def test_a_name_keeps_its_first_character_and_hides_its_length(name, shown):
    assert mask_name(name) == shown
