"""The playground: a Slack workspace on this machine, for people in a browser and for tests.

In: the production bot, pointed at another base URL. Out: Slack's Web API, Socket Mode or signed HTTP, and a web page.
It knows nothing of the bot.

Left out on purpose, because the bot has no use for it: user tokens, OAuth, files, unfurling,
pins, bookmarks, workflows, canvases, `mrkdwn` parsing (the page renders), Enterprise Grid, rate limits by tier (ask for
a 429 with `faults`), the legacy `assistant_view`, external selects' options, dialogs, and attachments' own buttons.
"""
