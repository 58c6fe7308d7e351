"""Who lives in a new workspace, and where they talk. In: the installed app. Out: users and channels."""

from collections.abc import Iterator

from bot.playground.conversations import Channel, User
from bot.playground.installation import Installation

SLACKBOT = "USLACKBOT"


def people_of(installation: Installation) -> Iterator[User]:
    """You, two colleagues, a guest, somebody of another organisation, the app's bot user and Slackbot."""
    team, code = installation.team_id, installation.code
    yield User(f"U0{code}YOU1", "you", "You", team, "2f6feb")
    yield User(f"U0{code}MEI2", "mei", "Mei Lin", team, "c2410c")
    yield User(f"U0{code}SAM3", "sam", "Sam Okafor", team, "15803d")
    yield User(f"U0{code}GIL4", "gil", "Gil Moreau (guest)", team, "7c3aed", is_restricted=True)
    yield User("U0STRANGE5", "noor", "Noor Haddad (Contoso)", "T0STRANGER", "be185d")
    yield User(installation.bot_user_id, installation.bot_name, installation.app_name, team, "0052d9", is_bot=True)
    yield User(SLACKBOT, "slackbot", "Slackbot", team, "757575", is_bot=True)


def channels_of(installation: Installation) -> Iterator[Channel]:
    """Channels with the app and one without, a private one, one shared with another organisation, and a group."""
    code = installation.code
    people, guest, stranger = {f"U0{code}YOU1", f"U0{code}MEI2", f"U0{code}SAM3"}, f"U0{code}GIL4", "U0STRANGE5"
    bot = installation.bot_user_id
    yield Channel(f"C0{code}GEN1", "general", "channel", people | {bot}, "Company-wide talk")
    yield Channel(f"C0{code}STR2", "strategy", "channel", people | {bot, guest}, "Where we are going, and why")
    yield Channel(f"C0{code}RAN3", "random", "channel", set(people), "The app is not in this channel")
    yield Channel(f"C0{code}PRI4", "board", "private", people | {bot}, "A private channel")
    yield Channel(f"C0{code}EXT5", "partners", "channel", people | {bot, stranger}, "With Contoso, our partner", is_ext_shared=True)
    yield Channel(f"G0{code}GRP6", f"mpdm-{installation.bot_name}--mei--you-1", "mpim", {f"U0{code}YOU1", f"U0{code}MEI2", bot})
