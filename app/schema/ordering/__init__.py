"""What comes before an order in the API: saved carts, lists, requests and standing orders."""
