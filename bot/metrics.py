"""What is counted for whoever runs the bot, in Prometheus' form; no question's words, no person's name.

In: interactions and failures as they happen. Out: a registry that `/metrics` prints.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.interactions import Interaction

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  # seconds


class Metrics:
    """One process's figures. `prices` are those of a million tokens of input, cached input and output."""

    def __init__(self, prices: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> None:
        self._prices = prices
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "bot_questions", "Questions answered, by verdict and engine", ["verdict", "engine"], registry=self.registry
        )
        self._seconds = Histogram("bot_seconds", "Seconds of each step of an answer", ["step"], buckets=BUCKETS, registry=self.registry)
        self._withheld = Counter("bot_claims_withheld", "Claims withheld, by the check they failed", ["check"], registry=self.registry)
        self._tokens = Counter("bot_tokens", "Tokens used", ["kind"], registry=self.registry)
        self._cost = Counter("bot_cost", "What those tokens cost, in the currency of TOKEN_PRICES", registry=self.registry)
        self._reconnects = Counter("bot_slack_reconnects", "Socket Mode connections opened after the first ones", registry=self.registry)
        self._model_errors = Counter("bot_model_errors", "Questions for which the model could not be used", registry=self.registry)
        self._delivery_errors = Counter("bot_delivery_errors", "Deliveries that are tried again", registry=self.registry)
        self._given_up = Counter("bot_given_up", "Questions answered by an apology", registry=self.registry)

    def answered(self, interaction: Interaction) -> None:
        """A question was answered; not yet delivered."""
        answer = interaction.answer
        self._questions.labels(answer.verdict.value, answer.engine).inc()
        for step, seconds in interaction.seconds.items():
            self._seconds.labels(step).observe(seconds)
        for claim in answer.withheld:
            for reason in claim.reasons:
                self._withheld.labels(reason.rule).inc()
        self._cost.inc(interaction.tokens.cost(self._prices))
        self._tokens.labels("input").inc(interaction.tokens.input)
        self._tokens.labels("cached").inc(interaction.tokens.cached)
        self._tokens.labels("output").inc(interaction.tokens.output)
        self._model_errors.inc(interaction.model_error is not None)

    def reconnected(self) -> None:
        """A connection to Slack was opened in place of another."""
        self._reconnects.inc()

    def not_delivered(self) -> None:
        """A surface did not take an answer; it is tried again."""
        self._delivery_errors.inc()

    def given_up(self) -> None:
        """There was an apology instead of an answer."""
        self._given_up.inc()
