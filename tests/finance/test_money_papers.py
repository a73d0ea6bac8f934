"""What stands on papers of money: in the buyer's language, on as many pages as it takes."""

import io
from datetime import date
from decimal import Decimal

import pytest
from reportlab.pdfgen import canvas as reportlab_canvas

from app.finance.models import CreditCause
from app.finance.papers import MoneyPaper, PaperLine, write_pdf


@pytest.fixture
def drawn(monkeypatch):
    """What is written on the pages, in its order: the text of a PDF is packed and in glyphs."""
    texts: list[str] = []
    draw = reportlab_canvas.Canvas.drawString

    def noting(self, left, top, text, *rest, **more):
        texts.append(text)
        return draw(self, left, top, text, *rest, **more)

    monkeypatch.setattr(reportlab_canvas.Canvas, "drawString", noting)
    return texts


def paper(language, lines=1, of_invoice=None):
    party = {"name": "East 东方", "tax_number": "91310000", "street": "Harbour Road 1"}
    cause = CreditCause.SHORT if of_invoice else None
    return MoneyPaper(
        number="2026-000017",
        day=date(2026, 11, 23),
        due_on=None if of_invoice else date(2026, 12, 23),
        of_invoice=of_invoice,
        reason="Count at the door" if of_invoice else "",
        currency="CNY",
        net=Decimal(10 * lines),
        tax=Decimal("1.30") * lines,
        deposits=Decimal(0),
        total=Decimal("11.30") * lines,
        seller=party,
        buyer={"name": "Corner Shop 角落", "language": language, "reference": "PO-7"},
        lines=[
            PaperLine(
                position=place,
                title=f"Tea 茶 {place}",
                quantity=Decimal(48),
                net=Decimal(10),
                tax=Decimal("1.30"),
                rate=Decimal(13),
                cause=cause,
            )
            for place in range(1, lines + 1)
        ],
    )


@pytest.mark.parametrize(
    ("language", "of_invoice", "told"),
    [
        ("EN", None, ["Invoice", "2026-000017", "2026-12-23", "Tax number", "Total CNY", "11.30"]),
        ("EN", "2026-000009", ["Credit note", "2026-000009", "Count at the door", "Short"]),
        ("ZH", None, ["销售账单", "客户订单号", "PO-7", "购买方", "纳税人识别号", "价税合计"]),
        ("ZH", "2026-000009", ["贷项通知单", "原账单", "短少"]),
    ],
)
def test_a_paper_speaks_the_buyers_language(drawn, language, of_invoice, told):
    file = io.BytesIO()

    write_pdf(paper(language, of_invoice=of_invoice), file)

    assert file.getvalue()[:5] == b"%PDF-"
    written = "\n".join(drawn)
    assert [word for word in told if word not in written] == []


def test_a_long_paper_runs_over_pages_and_loses_no_line(drawn):
    write_pdf(paper("EN", lines=150), io.BytesIO())

    assert {f"{place}" for place in range(1, 151)} <= set(drawn)
    assert "Page 3 of 3" in drawn
    assert drawn[-1] == "1695.00"
