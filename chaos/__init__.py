"""Break the system on purpose, and hold what stands afterwards against what was promised."""
