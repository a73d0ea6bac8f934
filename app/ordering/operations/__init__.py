"""What commands and queries of this package share."""
