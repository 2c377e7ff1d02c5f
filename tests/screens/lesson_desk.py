"""Waiting for what a lesson does in the app."""

from screens.base.lessons.desk import AppDesk
from tests.screens.bench import Person


async def is_through(person: Person, desk: AppDesk) -> None:
    """Go on with what a lesson does, as its teacher does with each snapshot, to the end."""

    def goes_on() -> bool:
        desk.go_on()
        return desk.is_idle

    await person.until(goes_on, "the end of what a lesson does")
