"""What looks like a secret: known forms, random text, telling names."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from hookwright.model.frozen import dataclass

_REFOLD: Final = (
    r"(?:[_-](?:(?:test|live|prod|production)[_-])?(?=[A-Za-z]*\d)[A-Za-z0-9]{12,}"
    r"|(?=(?:[A-Za-z]*\d){4})[A-Za-z0-9]{16,})"
)
"""What stands behind the ``pk`` or ``tk`` of an API key. Only these two letters are documented; the rest is taken to be
random text, so that words are not taken for keys."""

_KNOWN: Final = (
    ("a Refold production key", "pk" + _REFOLD),
    ("a Refold test key", "tk" + _REFOLD),
    ("a Stripe key", r"[sr]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    ("a Stripe webhook secret", r"whsec_[A-Za-z0-9+/=]{16,}"),
    ("a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("a Slack app token", r"xapp-\d-[A-Za-z0-9-]{10,}"),
    ("a GitHub token", r"gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"),
    ("a GitLab token", r"gl(?:pat|ptt|dt|rt|soat)-[A-Za-z0-9_-]{16,}"),
    ("an AWS access key", r"(?:AKIA|ASIA)[A-Z0-9]{16}"),
    ("a Google API key", r"AIza[A-Za-z0-9_-]{30,}"),
    ("a Google access token", r"ya29\.[A-Za-z0-9_-]{20,}"),
    ("a SendGrid key", r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("an Anthropic key", r"sk-ant-[A-Za-z0-9_-]{16,}"),
    ("an OpenAI key", r"sk-(?:proj-)?[A-Za-z0-9_-]{32,}"),
    ("an npm token", r"npm_[A-Za-z0-9]{30,}"),
    ("a PyPI token", r"pypi-[A-Za-z0-9_-]{32,}"),
    ("a Shopify token", r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{20,}"),
    ("a Mailgun key", r"key-[0-9a-f]{32}"),
    ("a Twilio key", r"SK[0-9a-f]{32}"),
    ("a HashiCorp Vault token", r"hv[sb]\.[A-Za-z0-9_-]{20,}"),
    ("a DigitalOcean token", r"do[opr]_v1_[a-f0-9]{32,}"),
    ("a Linear key", r"lin_(?:api|oauth)_[A-Za-z0-9]{20,}"),
    ("a HubSpot token", r"pat-(?:na|eu)\d-[0-9a-f-]{30,}"),
    ("a JSON Web Token", r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"),
)
# Those that most projects never need are compiled by their first use.
_TOKEN: Final = re.compile(r"[A-Za-z0-9_+/.~-]{16,}={0,2}")
_INSERTED: Final = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}")
_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PIECE: Final = r"[A-Za-z0-9+]+"
_SLACK_HOOK: Final = r"https://hooks\.slack\.com/(?:services|workflows|triggers)/\w+/\w+/([A-Za-z0-9]{20,})"
_PEM: Final = r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"

_SHORTEST: Final = 20
"""Characters that random text must have to be told from a word or a version."""
_LEAST_BITS: Final = 3.5
"""Least Shannon entropy per character of what counts as random; English words have about 3."""
_PIECE_LENGTH: Final = 16
"""Least run of letters and digits to be judged; base64url cuts random text into pieces."""
_LEAST_CHANGES: Final = 0.48
"""Least share of neighbours of different kind (upper, lower, digit): 0.62 in random base62, about 0.3 in CamelCase."""

_SECRET_NAME: Final = re.compile(
    r"(?:^|[_-])(?:authorization|password|passwd|passphrase|secret|token|credential|bearer|cookie"
    r"|(?:api|app|access|auth|private|secret|shared|signing|subscription|functions?)[_-]?key)s?$"
)
_PLAIN: Final = r"(?i)\s*(?:bearer|basic|token|apikey|digest|none|null|true|false)?\s*"


@dataclass(frozen=True, slots=True)
class Likeness:
    """A part of a text that looks like a secret.

    Attributes:
        kind: what it looks like, with its article; ``random text`` where it is known by nothing else.
        start: offset of its first character.
        end: offset just behind its last.
    """

    kind: str
    start: int
    end: int


RANDOM: Final = "random text"


def known_secrets(text: str) -> Iterator[Likeness]:
    """The parts of a text that have the form of a known kind of secret."""
    if len(text) < 16:
        return
    if "-----BEGIN " in text:
        for match in re.finditer(_PEM, text):
            yield Likeness("a private key", *match.span())
    if "hooks.slack.com/" in text:
        for match in re.finditer(_SLACK_HOOK, text):
            if is_random(match[1]):
                yield Likeness("a Slack webhook URL", *match.span())
    for token in _TOKEN.finditer(text):
        for kind, start, end in _known_in(token.group()):
            yield Likeness(kind, token.start() + start, token.start() + end)


def random_parts(text: str) -> Iterator[Likeness]:
    """The parts of a text that look random, insertions aside."""
    if len(text) < _SHORTEST or not _TOKEN.search(text):
        return
    for token in _TOKEN.finditer(_INSERTED.sub(lambda match: " " * len(match.group()), text)):
        if is_random(token.group()):
            yield Likeness(RANDOM, *token.span())


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether a header or variable of that name holds a secret: ``Authorization``, ``X-Api-Key``, ``client_secret``."""
    return _SECRET_NAME.search(name.lower()) is not None


def is_literal(text: str) -> bool:
    """Whether a text says all of it itself: nothing is filled in, and it is more than the word of a scheme."""
    return _INSERTED.search(text) is None and re.fullmatch(_PLAIN, text) is None


@cache
def _form() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<k{index}>{form})" for index, (_, form) in enumerate(_KNOWN)))


@lru_cache(maxsize=4096)
def _known_in(token: str) -> tuple[tuple[str, int, int], ...]:
    return tuple(_forms_in(token))


@lru_cache(maxsize=4096)
def is_random(token: str) -> bool:
    """Whether a token looks like the output of a random generator: mixed letters and digits in no readable order.

    Hexadecimal text and UUIDs are ids more often than secrets and do not count.
    """
    return _has_random_piece(token)


def _forms_in(token: str) -> Iterator[tuple[str, int, int]]:
    for match in _form().finditer(token):
        before = token[match.start() - 1 : match.start()]
        if match.lastgroup and not before.isalnum():
            yield _KNOWN[int(match.lastgroup[1:])][0], match.start(), match.end()


def _has_random_piece(token: str) -> bool:
    if len(token) < _SHORTEST or re.search(_UUID, token):
        return False
    return any(_looks_random(piece) for piece in re.findall(_PIECE, token) if len(piece) >= _PIECE_LENGTH)


def _looks_random(piece: str) -> bool:
    kinds = ["u" if each.isupper() else "l" if each.islower() else "d" for each in piece]
    if len(set(kinds)) < 3:
        return False
    changes = sum(one != other for one, other in itertools.pairwise(kinds)) / (len(piece) - 1)
    counts = Counter(piece).values()
    bits = -sum(count / len(piece) * math.log2(count / len(piece)) for count in counts)
    return changes >= _LEAST_CHANGES and bits >= _LEAST_BITS
