"""Reading recorded orders: what belongs together, and what is refused with its place."""

from decimal import Decimal

import pytest

from replay.__main__ import main
from replay.errors import DataMissing, DataWrong
from replay.folder import RecordedLine, read_folder
from tests.support.record import PRODUCTS, fact, write_folder


def test_lines_of_a_day_a_warehouse_and_a_store_are_one_order(tmp_path):
    record = read_folder(write_folder(tmp_path))

    assert [(order.day, order.warehouse_id, order.store_id) for order in record.orders] == [
        (765, 1, 1),
        (765, 2, 2),
        (766, 1, 1),
        (766, 2, 2),
        (767, 1, 2),
    ]


def test_a_product_that_comes_twice_in_an_order_is_one_line_of_the_sums(tmp_path):
    record = read_folder(write_folder(tmp_path))

    assert record.orders[3].lines == (RecordedLine(2, ordered=9, shipped=7),)


def test_prices_are_read_exactly(tmp_path):
    record = read_folder(write_folder(tmp_path))

    assert record.products[1].price == Decimal("0.74")


def test_a_store_that_nobody_delivers_to_is_left_out(tmp_path):
    record = read_folder(write_folder(tmp_path))

    assert [store.id for store in record.stores] == [1, 2]


def test_a_missing_folder_is_named(tmp_path, capsys):
    status = main([str(tmp_path / "nowhere")])

    assert status == 1
    assert f"There is no {tmp_path / 'nowhere'}." in capsys.readouterr().out


def test_a_missing_file_is_named(tmp_path):
    folder = write_folder(tmp_path)
    (folder / "store.json").unlink()

    with pytest.raises(DataMissing, match=r"There is no .*/store\.json"):
        read_folder(folder)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ((765, 1, 1, 9, 5, 5), "product_id 9 is not among those of the folder"),
        ((765, 9, 1, 1, 5, 5), "warehouse_id 9 is not among those of the folder"),
        ((765, 1, 9, 1, 5, 5), "store_id 9 is not among those of the folder"),
        ((765, 1, 1, 1, 0, 0), "units_ordered must be a whole number, at least 1"),
        ((765, 1, 1, 1, 5, -1), "units_shipped must be a whole number, at least 0"),
        ((765, 1, 1, 1, 5, 6), "6 shipped are more than the 5 ordered"),
        ((None, 1, 1, 1, 5, 5), "time_id is missing"),
        (("5", 1, 1, 1, 5, 5), "time_id must be a whole number, at least 0"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(tmp_path, values, problem):
    good = fact(765, 1, 1, 1, 5, 5)
    folder = write_folder(tmp_path, inventory_fact_1998=[good, fact(*values)])

    with pytest.raises(DataWrong) as wrong:
        read_folder(folder)

    assert (wrong.value.line, wrong.value.problem) == (2, problem)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"SRP": -1}, "SRP must be an amount, not below zero"),
        ({"SRP": "2.85"}, "SRP must be an amount, not below zero"),
        ({"product_class_id": 9}, "product_class_id 9 is not among those of the folder"),
        ({"units_per_case": 0}, "units_per_case must be a whole number, at least 1"),
        ({"brand_name": None}, "brand_name is missing"),
    ],
)
def test_a_product_that_makes_no_sense_is_named(tmp_path, change, problem):
    folder = write_folder(tmp_path, product=[PRODUCTS[0] | change])

    with pytest.raises(DataWrong) as wrong:
        read_folder(folder)

    assert (wrong.value.line, wrong.value.problem) == (1, problem)


@pytest.mark.parametrize("text", ["{", "[1]", "null"])
def test_a_line_that_is_no_object_is_named(tmp_path, text):
    folder = write_folder(tmp_path)
    (folder / "store.json").write_text(f"{text}\n")

    with pytest.raises(DataWrong, match=r"store\.json, line 1: no JSON"):
        read_folder(folder)


def test_a_record_without_orders_is_refused(tmp_path):
    folder = write_folder(tmp_path, inventory_fact_1998=[])

    with pytest.raises(DataWrong, match="nothing was ordered"):
        read_folder(folder)
