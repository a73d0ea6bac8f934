"""Codes of coupons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.promotions.rules import coupons

laws = settings(derandomize=True, max_examples=200, deadline=None)


@given(
    number=st.integers(0, coupons.NUMBERS - 1), place=st.integers(0, 11), letter=st.integers(0, 31)
)
@laws
def test_a_generated_code_reads_back_and_notices_one_wrong_letter(
    number: int, place: int, letter: int
) -> None:
    code = coupons.generated(number)
    wrong = code[:place] + coupons.ALPHABET[letter] + code[place + 1 :]

    assert coupons.normalised(coupons.shown(code).lower()) == code
    for prefix in ("", "TEA"):
        assert not coupons.is_mistyped(prefix + code)
        assert coupons.is_mistyped(prefix + wrong) == (wrong != code)


def test_codes_are_read_as_people_type_them() -> None:
    assert coupons.normalised(" summer-2o26 ") == coupons.normalised("SVMMER 2026")
    assert coupons.normalised("il0o") == "1100"
    assert coupons.is_well_formed(coupons.normalised("Sommer-10"))


@pytest.mark.parametrize("code", ["", "ABC", "AB*D", "ÄBCDE", "A" * 33, "ABCI"])
def test_what_cannot_be_a_code_is_not(code: str) -> None:
    assert not coupons.is_well_formed(code)


def test_a_number_beyond_the_codes_has_none() -> None:
    with pytest.raises(ValueError, match="no code"):
        coupons.generated(coupons.NUMBERS)
