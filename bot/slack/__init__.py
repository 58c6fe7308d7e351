"""Slack: events and commands in, Block Kit out. `dict[str, Any]` from Slack stops here."""
