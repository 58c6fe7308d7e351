"""Who lives in a new workspace, and where they talk. In: the installed app. Out: users and channels."""

from collections.abc import Iterator

from bot.playground.conversations import Channel, User
from bot.playground.installation import Installation

SLACKBOT = "USLACKBOT"


def people_of(installation: Installation) -> Iterator[User]:
    """You, two colleagues, a guest, somebody of another organisation, the app's bot user and Slackbot."""
    team = installation.team_id
    yield User("U0PLAYYOU1", "you", "You", team, "2f6feb")
    yield User("U0PLAYMEI2", "mei", "Mei Lin", team, "c2410c")
    yield User("U0PLAYSAM3", "sam", "Sam Okafor", team, "15803d")
    yield User("U0PLAYGIL4", "gil", "Gil Moreau (guest)", team, "7c3aed", is_restricted=True)
    yield User("U0STRANGE5", "noor", "Noor Haddad (Contoso)", "T0STRANGER", "be185d")
    yield User(installation.bot_user_id, installation.bot_name, installation.app_name, team, "0052d9", is_bot=True)
    yield User(SLACKBOT, "slackbot", "Slackbot", team, "757575", is_bot=True)


def channels_of(installation: Installation) -> Iterator[Channel]:
    """Channels with the app and one without, a private one, one shared with another organisation, and a group."""
    people, guest, stranger = {"U0PLAYYOU1", "U0PLAYMEI2", "U0PLAYSAM3"}, "U0PLAYGIL4", "U0STRANGE5"
    bot = installation.bot_user_id
    yield Channel("C0PLAYGEN1", "general", "channel", people | {bot}, "Company-wide talk")
    yield Channel("C0PLAYSTR2", "strategy", "channel", people | {bot, guest}, "Where we are going, and why")
    yield Channel("C0PLAYRAN3", "random", "channel", set(people), "The app is not in this channel")
    yield Channel("C0PLAYPRI4", "board", "private", people | {bot}, "A private channel")
    yield Channel("C0PLAYEXT5", "partners", "channel", people | {bot, stranger}, "With Contoso, our partner", is_ext_shared=True)
    yield Channel("G0PLAYGRP6", f"mpdm-{installation.bot_name}--mei--you-1", "mpim", {"U0PLAYYOU1", "U0PLAYMEI2", bot})
