"""What an organisation has on invoices of itself."""

import strawberry

from app.finance import models
from app.finance.commands.details import DetailsWish
from app.finance.models import PaperLanguage


@strawberry.type
class BillingDetails:
    """What an organisation has on invoices from now on; its documents are dated in `timeZone`.

    Its own people alone read it here; partners read what stands on the invoices.
    """

    legal_name: str
    tax_number: str
    street: str
    postal_code: str
    city: str
    region: str
    country: str
    bank_account: str
    language: PaperLanguage
    time_zone: str | None
    gs1_company_prefix: str | None

    @classmethod
    def of(cls, row: models.BillingDetails) -> "BillingDetails":
        """Show a row."""
        return cls(
            legal_name=row.legal_name,
            tax_number=row.tax_number,
            street=row.street,
            postal_code=row.postal_code,
            city=row.city,
            region=row.region,
            country=row.country,
            bank_account=row.bank_account,
            language=PaperLanguage(row.language),
            time_zone=row.time_zone,
            gs1_company_prefix=row.gs1_company_prefix,
        )


@strawberry.input
class SetBillingDetailsInput:
    """What is to stand on invoices of the own organisation; all of it is set anew."""

    legal_name: str
    tax_number: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    bank_account: str = ""
    language: PaperLanguage = PaperLanguage.EN
    time_zone: str | None = strawberry.field(
        default=None, description="In which its documents are dated; the network's without one."
    )
    gs1_company_prefix: str | None = strawberry.field(
        default=None,
        description="6 to 12 digits that GS1 gave the organisation, to number its packages.",
    )

    def value(self) -> DetailsWish:
        """Translate to the command's own words."""
        return DetailsWish(
            legal_name=self.legal_name,
            tax_number=self.tax_number,
            street=self.street,
            postal_code=self.postal_code,
            city=self.city,
            region=self.region,
            country=self.country,
            bank_account=self.bank_account,
            language=self.language,
            time_zone=self.time_zone,
            gs1_company_prefix=self.gs1_company_prefix,
        )
