"""What webhooks offer to workers and to the API: hearing, sending, concluding."""
