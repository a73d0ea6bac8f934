"""Tables that come and go: products, stock, prices and the rest, from files and into files."""
