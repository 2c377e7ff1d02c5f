"""What was asked and answered in quizzes since the program was opened."""

from enum import Enum

from msgspec import Struct, field


class Stage(Enum):
    """What a quiz waits for."""

    OPERATION = "which operation is wrong"
    MISTAKE = "which mistake it is"
    TOLD = "nothing: it is told"


class Asked(Struct):
    """A quiz, and how far somebody has come with it.

    Attributes:
        stage: What it waits for.
        tries: Answers to what it waits for.
        points: One for the operation, one for the mistake, if the first answer was right.
    """

    stage: Stage = Stage.OPERATION
    tries: int = 0
    points: int = 0

    def answer(self, *, is_right: bool) -> None:
        """Take note of an answer."""
        self.tries += 1
        if is_right:
            self.points += self.tries == 1
            self.tries = 0
            self.stage = Stage.MISTAKE if self.stage is Stage.OPERATION else Stage.TOLD

    def give_up(self) -> None:
        """Take note that it is told."""
        self.stage = Stage.TOLD


class Sitting(Struct):
    """The quizzes of a sitting, by name."""

    quizzes: dict[str, Asked] = field(default_factory=dict)

    def asked(self, name: str) -> Asked:
        """Return a quiz, which is asked from now on if it was not."""
        return self.quizzes.setdefault(name, Asked())

    def answered(self, name: str | None) -> int:
        """Return how many of the questions of a quiz are answered; 0 of one that was not asked."""
        asked = self.quizzes.get(name or "")
        return list(Stage).index(asked.stage) if asked else 0

    def forget(self, name: str | None) -> None:
        """Let a quiz be asked as if it never was."""
        self.quizzes.pop(name or "", None)

    @property
    def told(self) -> list[Asked]:
        """Those that are over."""
        return [each for each in self.quizzes.values() if each.stage is Stage.TOLD]

    @property
    def score(self) -> str:
        """The points so far, of the quizzes that are told."""
        return f"{sum(each.points for each in self.told)} of {2 * len(self.told)} points"
