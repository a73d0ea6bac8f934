"""What people type is read as they mean it, before anybody asks a database."""

import pytest

from app.catalog.rules import Texts, nearest_words, sought, terms_of


def is_found(text: str, typed: str) -> bool:
    """Whether each word of what is typed is the beginning of a term of the text."""
    terms = terms_of(Texts([text]))
    ways = [word.ways for word in sought(typed).words]
    return bool(ways) and all(
        any(term.startswith(way) for term in terms for way in each) for each in ways
    )


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Jasmine green tea 500 ml", "jasm"),
        ("Jasmine green tea 500 ml", "TEA gre"),
        ("Jasmine green tea 500 ml", "mine"),
        ("Jasmine green tea 500 ml", "j"),
        ("Crème brûlée", "creme brulee"),
        ("Creme brulee", "crème BRÛLÉE"),
        ("Smørrebrød", "smorre"),
        ("Weißbier", "weissbier"),
        ("农夫山泉矿泉水550ml", "矿泉"),
        ("农夫山泉矿泉水550ml", "泉水"),
        ("农夫山泉矿泉水550ml", "水"),
        ("农夫山泉矿泉水550ml", "农夫山泉矿泉水 550"),
        ("农夫山泉天然饮用矿泉水整箱装", "天然饮用矿泉水整箱装"),
        ("ＣＯＬＡ　３３０", "cola 330"),  # noqa: RUF001  # full width, as Chinese keyboards write
        ("カフェオレ", "フェオ"),
    ],
)
def test_words_are_found_as_they_are_typed(text, typed):
    assert is_found(text, typed)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Jasmine green tea", "black"),
        ("Jasmine", "ea"),
        ("农夫山泉", "泉山"),
        ("Tea", "_"),
        ("Tea", ""),
    ],
)
def test_what_is_not_in_a_name_does_not_find_it(text, typed):
    assert not is_found(text, typed)


@pytest.mark.parametrize(
    "typed", ["COLA-330", "cola 330", "Cola330", "cola/3", "\uff10\uff16\uff19\uff10\uff11", "6901"]
)
def test_codes_are_found_without_their_signs_and_leading_zeros(typed):
    terms = terms_of(Texts([], ["COLA-330", "06901234567892"]))

    assert any(term.startswith("=" + sought(typed).code) for term in terms)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("coal", "cola"),
        ("clola", "cola"),
        ("cla", "cola"),
        ("chocloate", "chocolate"),
        ("choclate", "chocolate"),
        ("chocalatte", "chocolate"),
        ("chcol", "chocolate"),
    ],
)
def test_a_typing_error_is_mended_by_the_nearest_word(typed, meant):
    assert nearest_words(typed, ["cola", "chocolate", "water", "milk"]) == (meant,)


def test_another_word_is_no_typing_error():
    assert nearest_words("juice", ["cola", "chocolate", "water"]) == ()
    assert nearest_words("juice", []) == ()


@pytest.mark.parametrize("typed", ["coal", "ocla", "cloa", "coka", "chocloate", "xhocolate"])
def test_a_mistake_leaves_one_of_the_beginnings_right(typed):
    (word,) = sought(typed).words
    terms = terms_of(Texts(["cola chocolate"]))

    assert any(term.startswith(begin) for term in terms for begin in word.beginnings)


def test_a_very_long_search_is_cut_and_not_refused():
    read = sought("word " * 3_000 + "x" * 9_000 + "水" * 9_000)

    assert len(read.words) <= 8
    assert all(len(word.text) <= 40 for word in read.words)
