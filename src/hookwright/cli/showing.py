"""What of received deliveries may be shown, and what there is to say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hookwright.errors import ConfigError, LocalError
from hookwright.harness.comparing import compare
from hookwright.harness.diagnosis import diagnose
from hookwright.harness.origin import Origins
from hookwright.model.delivery import Diagnosis, Key, Received, Summary, Verdict
from hookwright.model.inspection import Comparison
from hookwright.reconcile.mask import origin, safe_url, secret_name
from hookwright.signing import SIGNATURE_HEADER

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.model.resources import DeclaredWebhook

_LARGEST_DIAGNOSED: Final = 1024 * 1024


class Showing:
    """Shows received deliveries without their secrets.

    Args:
        origins: the declared webhooks that they may be deliveries of.
        keys: keys to verify with.
        others: other keys of the project, to say whose key a wrong signature was made with.
        reveal: whether to show secrets all the same.
    """

    def __init__(self, origins: Origins, keys: Sequence[Key], others: Sequence[Key], *, reveal: bool = False) -> None:
        self.keys = keys
        self._origins = origins
        self._others = others
        self._reveal = reveal

    @property
    def declared(self) -> bool:
        """Whether there are declared webhooks to know deliveries by."""
        return self._origins.any

    def secret(self, name: str) -> bool:
        """Whether the value of a header is not to be shown."""
        return not self._reveal and name.lower() != SIGNATURE_HEADER and self._origins.secret_header(name)

    def path(self, path: str) -> str:
        """A request target, fit to be shown."""
        return path if self._reveal else self._origins.shown_path(path)

    def url(self, url: str) -> str:
        """A URL that a delivery goes to, fit to be shown."""
        start, path = origin(url), safe_url(url).partition("://")[2].partition("/")[2]
        return f"{start}{self.path(f'/{path}')}"

    def summary(self, summary: Summary) -> Summary:
        """A delivery in one line, fit to be shown."""
        return replace(summary, path=self.path(summary.path))

    def delivery(self, received: Received) -> tuple[Received, bool]:
        """A delivery whose path and body are fit to be shown, and whether anything in the body is masked."""
        if self._reveal:
            return received, False
        shown, masked = self._origins.without_secrets(received)
        return replace(shown, path=self.path(received.path)), masked

    def diagnosis(self, received: Received) -> Diagnosis | None:
        """Why the signature of a delivery (as it came) does not match; None where there is nothing to say."""
        unclear = received.signature is Verdict.INVALID and self.keys
        if not unclear or len(received.body) > _LARGEST_DIAGNOSED:
            return None
        return diagnose(received.body, received.header(SIGNATURE_HEADER), self.keys, self._others)

    def named(self, received: Received) -> Received:
        """A delivery (as it came) with the name of the declared webhook that it is most likely one of."""
        best = self._origins.best(received)
        return replace(received, webhook=best.known.declared.name) if best else received

    def comparison(self, received: Received) -> Comparison | None:
        """A delivery (as it came) beside the declared webhook that it is most likely one of; None where none is."""
        best = self._origins.best(received)
        return compare(best, received) if best else None


def known_origins(settings: Settings) -> Origins:
    """The webhooks of the environments named with ``-e``, or of all; none where there is no readable project."""
    return Origins(list(_webhooks(settings)), secret_name, safe_url)


def _webhooks(settings: Settings) -> Iterator[tuple[str, DeclaredWebhook, bool]]:
    from hookwright.cli.project import load_project
    from hookwright.cli.unset import marked, unset_variables
    from hookwright.config import resolve

    try:
        project = load_project(settings)
    except (ConfigError, LocalError):
        return
    for name in settings.environments or list(project.environments):
        declared = marked(project, resolve(project, name, settings.environ)[0], settings.environ)
        yield from ((name, one, not unset_variables(one.webhook, declared)) for one in declared.webhooks)
