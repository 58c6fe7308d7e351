"""assistant.threads.* and agents.sessions.*. In: calls. Out: what shows round a thread, with Slack's refusals."""

from typing import TYPE_CHECKING, Any

from bot.playground.changes import Change
from bot.playground.conversations import Channel
from bot.playground.methods.call import Answer, Call
from bot.playground.refusal import Refusal, invalid_arguments
from bot.playground.threads import Prompt, Session, SuggestedPrompts

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

STATUSES = ("active", "processing", "suspended", "closed")
STOP_WARNING = "missing_agent_session_stopped_event_subscription"
LOADING_MESSAGES_LIMIT, PROMPTS_LIMIT, TITLE_LIMIT = 10, 4, 200


def set_status(call: Call) -> Answer:
    """assistant.threads.setStatus."""
    call.appearance()
    channel, thread_ts = _thread(call)
    messages = call.arguments.get("loading_messages") or []
    if not isinstance(messages, list) or len(messages) > LOADING_MESSAGES_LIMIT:
        raise invalid_arguments(f"no more than {LOADING_MESSAGES_LIMIT} items allowed [json-pointer:/loading_messages]")
    call.workspace.threads.set_status((channel.id, thread_ts), call.text("status"), tuple(map(str, messages)))
    call.workspace.changes.publish(Change("status_changed", channel.id, thread_ts=thread_ts))
    return {}


def set_title(call: Call) -> Answer:
    """assistant.threads.setTitle."""
    _check_agent(call)
    channel, thread_ts = _thread(call)
    call.workspace.threads.titles[channel.id, thread_ts] = call.text("title")
    call.workspace.changes.publish(Change("title_changed", channel.id, thread_ts=thread_ts))
    return {}


def set_suggested_prompts(call: Call) -> Answer:
    """assistant.threads.setSuggestedPrompts; without thread_ts, those of the Messages tab (slack.md 1.1)."""
    _check_agent(call)
    channel = call.channel("channel_id")
    thread_ts = call.thread_ts(channel, "invalid_thread_ts")
    prompts = SuggestedPrompts(_prompts(call.arguments["prompts"]), call.optional("title"))
    call.workspace.threads.suggest(channel.id, thread_ts, prompts)
    call.workspace.changes.publish(Change("prompts_changed", channel.id, thread_ts=thread_ts))
    return {}


def set_session_status(call: Call) -> Answer:
    """agents.sessions.setStatus."""
    call.appearance()
    channel = _session_channel(call)
    status = call.text("status")
    if status not in STATUSES:
        raise Refusal("invalid_status")
    initiator = call.optional("initiator_user_id")
    if initiator and initiator not in channel.members:
        raise Refusal("user_not_found")
    if len(call.text("title")) > TITLE_LIMIT:
        raise invalid_arguments(f"must be less than {TITLE_LIMIT + 1} characters [json-pointer:/title]")
    thread_ts = call.text("thread_ts")
    new = Session(status, call.optional("title"), initiator)
    call.workspace.threads.sessions.setdefault((channel.id, thread_ts), new)
    session = move_session(call.workspace, channel.id, thread_ts, status)
    answer: dict[str, Any] = {"status": session.status, "agent_status": session.status, "title": session.title or ""}
    if status == "processing" and not call.workspace.installation.hears("agent_session_stopped"):
        answer |= {"warning": STOP_WARNING, "response_metadata": {"warnings": [STOP_WARNING]}}
    return answer


def rename_session(call: Call) -> Answer:
    """agents.sessions.rename."""
    channel = _session_channel(call)
    session = call.workspace.threads.sessions.get((channel.id, call.text("thread_ts")))
    if session is None:
        raise Refusal("session_not_found")
    if len(call.text("title")) > TITLE_LIMIT:
        raise Refusal("invalid_name")
    session.title = call.text("title")
    call.workspace.changes.publish(Change("session_changed", channel.id, thread_ts=call.text("thread_ts")))
    return {"title": session.title}


def move_session(workspace: "Workspace", channel: str, thread_ts: str, status: str) -> Session:
    """Give the thread's session that status, making one if need be."""
    session = workspace.threads.sessions.setdefault((channel, thread_ts), Session(status))
    session.status = status
    workspace.changes.publish(Change("session_changed", channel, thread_ts=thread_ts))
    return session


def _thread(call: Call) -> tuple[Channel, str]:
    channel = call.channel("channel_id")
    thread_ts = call.thread_ts(channel, "invalid_thread_ts")
    if thread_ts is None:
        raise invalid_arguments("missing required field: thread_ts")
    return channel, thread_ts


def _session_channel(call: Call) -> Channel:
    channel = call.channel("channel_id")
    if call.workspace.installation.bot_user_id not in channel.members:
        raise Refusal("not_authorized")
    if not call.text("thread_ts"):
        raise Refusal("thread_ts_required")
    return channel


def _check_agent(call: Call) -> None:
    if not call.workspace.installation.is_agent:
        raise Refusal("not_agent_app")


def _prompts(prompts: object) -> tuple[Prompt, ...]:
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= PROMPTS_LIMIT:
        raise invalid_arguments(f"no more than {PROMPTS_LIMIT} items allowed [json-pointer:/prompts]")
    for index, prompt in enumerate(prompts):
        if not isinstance(prompt, dict) or not (prompt.get("title") and prompt.get("message")):
            raise invalid_arguments(f"missing required field: title or message [json-pointer:/prompts/{index}]")
    return tuple(Prompt(prompt["title"], prompt["message"]) for prompt in prompts)


HANDLERS = {
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setTitle": set_title,
    "assistant.threads.setSuggestedPrompts": set_suggested_prompts,
    "agents.sessions.setStatus": set_session_status,
    "agents.sessions.rename": rename_session,
}
