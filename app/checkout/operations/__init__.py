"""What commands of checkout share."""
