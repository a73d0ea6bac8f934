"""The compiled executor against graphql-core."""
