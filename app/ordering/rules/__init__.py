"""What can be said of carts, lists, suggestions and calendars without a database."""
