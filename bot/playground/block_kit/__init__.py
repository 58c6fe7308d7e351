"""Block Kit as Slack checks it: tables of fields and limits, and the few rules no table can say.

In: blocks and views as JSON values. Out: problems in Slack's words, each ending in a JSON pointer; none if all is well.
Source of the tables: docs.slack.dev/reference/block-kit, slack_sdk.models, slack.md 1.11.
"""
