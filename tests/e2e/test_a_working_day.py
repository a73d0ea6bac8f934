"""A full working day of one distributor, by all five roles: a chapter for each part of it."""

import pytest

from tests.e2e.day import buying, evening, goods, hall, morning, night
from tests.e2e.day.people import the_day

pytestmark = pytest.mark.xdist_group("e2e")


async def test_a_working_day(stage):
    async with the_day(stage) as day:
        await morning.the_office_opens(day)
        await morning.the_office_is_connected(day)
        await morning.a_shop_registers(day)
        await morning.the_shop_settles_in(day)
        await goods.sales_lists_a_product(day)
        await goods.stock_comes_from_a_file(day)
        await buying.the_buyer_looks_around(day)
        await buying.seventy_lines_are_pasted(day)
        order = await buying.the_order_is_placed_and_waits(day)
        await buying.the_right_people_approve_it(day, order)
        await buying.it_is_paid_in_two_ways(day, order)
        other = await buying.the_rep_orders_for_the_customer(day)
        await hall.the_warehouse_picks(day, order, other)
        for each in (order, other):
            await hall.the_carrier_takes_it(day, each)
        await hall.it_is_late_and_everybody_is_told(day, order)
        await hall.it_arrives(day, order, other)
        await hall.two_pieces_less_are_received(day, order, other)
        invoice, open_invoice = await evening.invoices_are_written(day, order, other)
        note = await evening.what_is_damaged_is_credited(day, invoice)
        await evening.everything_is_paid(day, open_invoice, note)
        await evening.a_complaint_is_answered(day, order)
        await evening.an_announcement_is_read(day)
        await night.everything_was_heard(day)
        await night.everybody_was_told_once(day)
        await night.the_erp_was_told_once(day)
        await night.the_books_are_whole(day, order)
