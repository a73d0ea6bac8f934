"""What carriers go by: signatures, words of their reports, and when to ask again."""
