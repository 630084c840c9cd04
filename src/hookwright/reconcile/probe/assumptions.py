"""What hookwright holds to be true of the platform: each thing named once, in own words.

``A…`` are assumptions: no source says them. ``Q…`` are quirks: the sources say them, but they are easily got wrong or
changed, and hookwright would do harm where they did not hold. The probe checks all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that is held to be true of the platform.

    Attributes:
        id: its id.
        text: what is held to be true, one sentence.
        how: how the probe checks it.
        depends: what in hookwright leans on it.
        deliveries: whether it can only be seen in real deliveries.
    """

    id: str
    text: str
    how: str
    depends: str
    deliveries: bool = False


A1: Final = Assumption(
    "A1",
    "A delivery has succeeded when the receiver answered 200, and by no other answer.",
    "Receivers that answer 200, 202, 204 and 500 get one delivery each: all but the first must be repeated.",
    "send --retry and the emulator (what counts as delivered); the receiver that listen gives",
    deliveries=True,
)
A2: Final = Assumption(
    "A2",
    "A failed delivery is repeated up to three times, and each wait is at least twice the one before.",
    "The times of all attempts at a receiver that always answers 500 are compared.",
    "send --retry and the emulator (schedule of retries)",
    deliveries=True,
)
A3: Final = Assumption(
    "A3",
    "Deliveries of every type are signed, and the signature covers the body as it is sent, templates filled in.",
    "One delivery of each of the types default, slack and custom is verified with the environment's key.",
    "signing, send, listen, verify (one rule for all types)",
    deliveries=True,
)
A4: Final = Assumption(
    "A4",
    "A template alone in a string becomes the JSON value, one inside other text its text; an unknown key becomes "
    "nothing.",
    "A custom body and custom headers are delivered that use templates in each of these ways beside the whole event.",
    "templates/render.py, and through it render, send, validate and the emulator",
    deliveries=True,
)
A5: Final = Assumption(
    "A5",
    "A description comes back as it was sent, at least 255 characters of it.",
    "A description of 255 characters with quotes, umlauts and markup is created, listed and changed.",
    "reconcile/identity.py: the marker at the end of the description is the only record of ownership",
)
A6: Final = Assumption(
    "A6",
    "The list of webhooks is complete, and shows a write as soon as it was answered.",
    "Many webhooks are created; the list is read after a create, an update and a delete, and must be exact each time.",
    "plan (what is not listed is not there), the read-back of apply, the search for a create whose answer was lost",
)
A7: Final = Assumption(
    "A7",
    "Deliveries do not follow redirects.",
    "A receiver answers 302 and names another path of its own, at which nothing may arrive.",
    "send and the emulator; the checks of receivers",
    deliveries=True,
)
A8: Final = Assumption(
    "A8",
    "An update to the type default brings back the default body, and headers that are sent replace all there were.",
    "A custom webhook is made default; of its two headers one is sent anew.",
    "reconcile/normalize.py and api/wire.py: how a body is cleared and a single header removed",
)
Q1: Final = Assumption(
    "Q1",
    "An update changes the fields it sends and no others.",
    "Only the description of a webhook with many fields is sent; everything else must stay.",
    "reconcile/writes.py: updates send what differs, and ignore_changes leaves fields out",
)
Q2: Final = Assumption(
    "Q2",
    "The group changes by its own call only; an empty group unsets it.",
    "A group is sent in an update, then by its own call, then unset.",
    "reconcile/writes.py: one group call for many webhooks",
)
Q3: Final = Assumption(
    "Q3",
    "A delete answers with the webhooks that remain.",
    "Of two webhooks one is deleted; the answer must hold the other and equal the list.",
    "api/client.py: the answer of a delete is read as the live state",
)
Q4: Final = Assumption(
    "Q4",
    "A webhook that is not there answers 400 with the code RESOURCE_NOT_FOUND.",
    "A webhook that was deleted is asked for.",
    "api/failures.py: tells 'not there' from 'malformed', so that a repeated delete is no failure",
)
Q5: Final = Assumption(
    "Q5",
    "An empty slug removes the slug.",
    "A webhook for one app is updated with an empty slug.",
    "api/wire.py: how 'slug' is cleared",
)
Q6: Final = Assumption(
    "Q6",
    "An empty list of workflows removes all of them.",
    "A webhook for one workflow is updated with an empty list.",
    "api/wire.py: how 'workflows' is cleared",
)
Q7: Final = Assumption(
    "Q7",
    "A custom event's sample is returned as text, as keys, or as both, and is the one that was sent.",
    "A custom event with a nested sample is created, read, changed and deleted.",
    "api/wire.py: reading samples; plan compares them",
)
Q8: Final = Assumption(
    "Q8",
    "A body is taken only beside the type custom.",
    "A body is sent to a default webhook without a type.",
    "api/wire.py: type and body are always sent together",
)
Q9: Final = Assumption(
    "Q9",
    "A method goes back to POST.",
    "A webhook made with PUT is updated to POST.",
    "api/wire.py: how 'method' is cleared",
)
Q10: Final = Assumption(
    "Q10",
    "Several webhooks may have one URL.",
    "Two webhooks with one URL are created.",
    "reconcile/writes.py: a lost create is found by its marker, never by its URL",
)
Q11: Final = Assumption(
    "Q11",
    "An event that the platform does not have is refused when a webhook is created.",
    "A webhook for an event of a made-up name is created.",
    "validate: unknown events are errors before the platform says so",
)

ASSUMPTIONS: Final = (A1, A2, A3, A4, A5, A6, A7, A8)
QUIRKS: Final = (Q1, Q2, Q3, Q4, Q5, Q6, Q7, Q8, Q9, Q10, Q11)
ALL: Final = (*ASSUMPTIONS, *QUIRKS)
"""In the order in which they are reported."""
