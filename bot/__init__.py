"""A Slack bot that answers only from your documents, and proves it."""
