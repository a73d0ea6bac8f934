"""What preparation, shipping and receipt share."""
