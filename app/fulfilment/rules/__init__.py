"""Rules of fulfilment: no rows and no clock."""
