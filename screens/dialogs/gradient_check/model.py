"""What the gradient check shows: the same slope worked out in two ways, and what to make of it."""

from collections.abc import Callable

from msgspec import Struct

from screens.shapes.format import MINUS, figure
from tui_nn.nn.explain import format_element
from tui_nn.training.analysis.element_check import EPSILON, Agreement, LiveCheck

WHY = (
    "Why it works: a slope is how much the loss changes for a small change of the parameter. "
    "Nudging it up and down and dividing by 2ε measures that without any calculus, but takes "
    "two passes over the batch for each parameter; backpropagation gets all gradients from one."
)
_LABEL = 34


class CheckView(Struct, frozen=True):
    """A check in words.

    Attributes:
        title: Which parameter, and its value.
        batch: Of which step, and over how many samples.
        rows: What was worked out, label and value.
        sign: ✓, ! or ✗.
        verdict: What to make of it.
    """

    title: str
    batch: str
    rows: list[tuple[str, str]]
    sign: str
    verdict: str

    def table(self, spell: Callable[[str], str]) -> str:
        """Return the rows as lines, spelt for the terminal; an empty label parts them."""
        return "\n".join(f"{spell(label):{_LABEL}}{spell(value)}" for label, value in self.rows)


def check_view(check: LiveCheck, step: int) -> CheckView:
    """Return a check in words.

    Args:
        check: What was worked out.
        step: Completed updates before the step that it is of.
    """
    name, value = format_element(check.name, check.index), figure(check.value, 6)
    what = check.objective
    slope = f"∂{what}/∂{name}"
    stored = _stored(check)
    return CheckView(
        title=f"Is this gradient right?  {slope} at {name} = {value}",
        batch=f"step {step}, before its update; {_loss_words(check)}, in float64",
        rows=[
            ("ε, how far it is nudged", f" {figure(check.epsilon)}"),
            (f"{what}₊ = {what}({name} + ε)", _loss(check.above)),
            (f"{what}  = {what}({name})", _loss(check.loss)),
            (f"{what}₋ = {what}({name} − ε)", _loss(check.below)),
            ("", ""),
            (f"by nudging: ({what}₊ − {what}₋)/2ε", _signed(check.numeric, 10)),
            ("by backpropagation", _signed(check.analytic, 10)),
            ("relative error", f" {figure(check.relative_error, 2)}"),
            ("as the step stored it, float32", stored),
        ],
        sign=_sign(check),
        verdict=_verdict(check),
    )


def _loss_words(check: LiveCheck) -> str:
    loss = "mean loss" if check.objective == "L" else "J, mean loss and penalty,"
    if check.of:
        return f"{loss} of the last {check.batch:,} of its {check.of:,} samples alone"
    return f"{loss} of its {check.batch} samples"


def _stored(check: LiveCheck) -> str:
    if check.stored is not None:
        return _signed(check.stored, 7)
    return f" of all {check.of:,}: not compared" if check.of else "not computed yet"


def _sign(check: LiveCheck) -> str:
    if check.agreement is Agreement.AGREES:
        return "✓"
    # With another ε the person is experimenting: a difference is no fault.
    is_ours = check.epsilon == EPSILON
    return "✗" if is_ours and check.agreement is not Agreement.KINK else "!"


def _verdict(check: LiveCheck) -> str:
    match check.agreement:
        case Agreement.NOT_FINITE:
            return "The loss is not finite here: there is no slope to compare."
        case Agreement.KINK if check.at_zero:
            return (
                "At a kink: the nudge takes this weight across 0, where the price of |w| (L1) has "
                "a corner and no one slope, so the two need not agree. A smaller ε (press −) may "
                "stay on one side."
            )
        case Agreement.KINK:
            return (
                f"At a kink: the nudge switches a neuron on or off for {check.crossed} of "
                f"{check.batch} samples. The loss has a corner there and no one slope, so the two "
                f"need not agree. A smaller ε (press −) may stay on one side."
            )
        case Agreement.DIFFERS if check.epsilon > EPSILON:
            return "They differ: with so large an ε the loss curves in between. Press −."
        case Agreement.DIFFERS if check.epsilon < EPSILON:
            return (
                "They differ: with so small an ε the two losses are the same but for their last "
                "digits, and only rounding is left. Press +."
            )
        case Agreement.DIFFERS:
            return "They differ: one of the two is wrong."
        case _ if check.analytic == check.numeric == 0:
            return "They agree: both are 0. For this batch, the loss does not depend on it at all."
        case _:
            return "They agree, but for rounding: this gradient is right."


def _loss(value: float) -> str:
    """A loss with enough digits to see a nudge."""
    return f" {value:.14f}" if value < 1e4 else f" {value:.14g}"


def _signed(value: float, digits: int) -> str:
    """A number with all its digits, zeros too, so that two of them can be compared."""
    text = f"{value:+.{digits - 1}e}" if abs(value) < 1e-4 else f"{value:+#.{digits}g}"
    return text.replace("-", MINUS)
