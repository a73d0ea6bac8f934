"""What packages above may ask of orders, unguarded, and what orders' own commands share."""
