"""The whole quote: prices, what a person or a scheme changes, guards, tax and deposits (F5)."""
