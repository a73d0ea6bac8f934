"""Take a whole network out of an installation, put it into another, and take it away for good."""
