"""Who asks, what is asked, what an answer tells: the parts of which the cells are made."""
