"""Block elements: buttons, selects, inputs, images. In: nothing. Out: the table of their fields and limits.

Source: docs.slack.dev/reference/block-kit/block-elements, slack_sdk.models.blocks, slack.md 1.11.
"""

from collections.abc import Mapping

from bot.playground.block_kit.composition import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_ACTION_CONFIG,
    OPTION,
    OPTION_GROUP,
    OPTION_WITH_MRKDWN,
    SLACK_FILE,
    distinct_options,
    options_or_groups,
    plain_text,
    rich_text,
)
from bot.playground.block_kit.rules import (
    Rule,
    Shape,
    anything,
    array,
    boolean,
    exactly_one,
    integer,
    one_of,
    string,
    url,
)

ID = string(255)
STRINGS = array(string(255), 100, at_least=0)
_INTERACTIVE: dict[str, Rule] = {"action_id": ID, "confirm": CONFIRM}
_INPUT: dict[str, Rule] = {**_INTERACTIVE, "placeholder": plain_text(150), "focus_on_load": boolean}
_TYPED: dict[str, Rule] = {
    "action_id": ID,
    "placeholder": plain_text(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH_ACTION_CONFIG,
}
_MULTI: dict[str, Rule] = {"max_selected_items": integer(1, 100)}
_STATIC: dict[str, Rule] = {"options": array(OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}

IMAGE = Shape(
    {"alt_text": string(2000)},
    {"image_url": url(), "slack_file": SLACK_FILE},
    (exactly_one("image_url", "slack_file"),),
)
FEEDBACK_BUTTON = Shape({"text": plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)})

ELEMENTS: Mapping[str, Rule] = {
    "button": Shape(
        {"text": plain_text(75)},
        {
            **_INTERACTIVE,
            "url": url(),
            "value": string(2000, at_least=0),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
            "agent_prompt": string(4000),
        },
    ),
    "checkboxes": Shape(
        {"options": array(OPTION_WITH_MRKDWN, 10)},
        {**_INTERACTIVE, "initial_options": array(OPTION_WITH_MRKDWN, 10), "focus_on_load": boolean},
        (distinct_options,),
    ),
    "radio_buttons": Shape(
        {"options": array(OPTION_WITH_MRKDWN, 10)},
        {**_INTERACTIVE, "initial_option": OPTION_WITH_MRKDWN, "focus_on_load": boolean},
        (distinct_options,),
    ),
    "overflow": Shape({"options": array(OPTION, 5)}, _INTERACTIVE, (distinct_options,)),
    "datepicker": Shape({}, {**_INPUT, "initial_date": string(10)}),
    "timepicker": Shape({}, {**_INPUT, "initial_time": string(5), "timezone": string(255)}),
    "datetimepicker": Shape({}, {**_INTERACTIVE, "initial_date_time": integer(0, 9_999_999_999), "focus_on_load": boolean}),
    "static_select": Shape({}, {**_INPUT, **_STATIC, "initial_option": OPTION}, (options_or_groups, distinct_options)),
    "multi_static_select": Shape(
        {},
        {**_INPUT, **_MULTI, **_STATIC, "initial_options": array(OPTION, 100)},
        (options_or_groups, distinct_options),
    ),
    "external_select": Shape({}, {**_INPUT, "initial_option": OPTION, "min_query_length": integer(0, 255)}),
    "multi_external_select": Shape({}, {**_INPUT, **_MULTI, "initial_options": array(OPTION, 100), "min_query_length": integer(0, 255)}),
    "users_select": Shape({}, {**_INPUT, "initial_user": ID}),
    "multi_users_select": Shape({}, {**_INPUT, **_MULTI, "initial_users": STRINGS}),
    "conversations_select": Shape(
        {},
        {
            **_INPUT,
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_conversations_select": Shape(
        {},
        {
            **_INPUT,
            **_MULTI,
            "initial_conversations": STRINGS,
            "default_to_current_conversation": boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "channels_select": Shape({}, {**_INPUT, "initial_channel": ID, "response_url_enabled": boolean}),
    "multi_channels_select": Shape({}, {**_INPUT, **_MULTI, "initial_channels": STRINGS}),
    "plain_text_input": Shape(
        {},
        {
            **_TYPED,
            "initial_value": string(3000, at_least=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "rich_text_input": Shape({}, {**_TYPED, "initial_value": rich_text}),
    "email_text_input": Shape({}, {**_TYPED, "initial_value": string(255)}),
    "url_text_input": Shape({}, {**_TYPED, "initial_value": url()}),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": string(255), "min_value": string(255), "max_value": string(255)},
    ),
    "file_input": Shape({}, {"action_id": ID, "filetypes": STRINGS, "max_files": integer(1, 10)}),
    "image": IMAGE,
    "feedback_buttons": Shape({"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, {"action_id": ID}),
    "icon_button": Shape(
        {"text": plain_text(75), "icon": one_of("trash")},
        {
            **_INTERACTIVE,
            "value": string(2000),
            "accessibility_label": string(75),
            "visible_to_user_ids": STRINGS,
        },
    ),
    "workflow_button": Shape(
        {"text": plain_text(75), "workflow": anything},
        {"action_id": ID, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
}

SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker", "datetimepicker")
CHOICES = ("checkboxes", "radio_buttons")
IN_SECTION = ("button", "image", "overflow", "workflow_button", *CHOICES, *PICKERS[:2], *SELECTS)
IN_ACTIONS = ("button", "overflow", "workflow_button", "rich_text_input", *CHOICES, *PICKERS, *SELECTS)
ONLY_IN_MODALS = ("file_input", "email_text_input", "url_text_input", "number_input")
IN_INPUT = ("plain_text_input", "rich_text_input", *ONLY_IN_MODALS, *CHOICES, *PICKERS, *SELECTS)
IN_CONTEXT_ACTIONS = ("feedback_buttons", "icon_button")
