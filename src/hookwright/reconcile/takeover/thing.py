"""A webhook or event of several environments, on its way to one block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hookwright.model.takeover import Taken
from hookwright.reconcile.takeover.overrides import Block, combined
from hookwright.reconcile.takeover.text import Secret, Tree, declared, secrets_in
from hookwright.reconcile.takeover.variables import Use, Variables


@dataclass(frozen=True, slots=True)
class Thing:
    """A webhook or event.

    Attributes:
        kind: ``webhooks`` or ``events``.
        name: its name in the project.
        ids: environment → the platform's id.
        trees: environment → what is to be declared of it there.
        adopt: environment → id, where it is to be taken over.
        comment: what is to be said above its block, or an empty string.
    """

    kind: str
    name: str
    ids: Mapping[str, str]
    trees: Mapping[str, dict[str, Tree]]
    adopt: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""

    def uses(self) -> Iterator[Use]:
        """Its secrets."""
        for environment, tree in self.trees.items():
            for pointer, secret in secrets_in(tree):
                yield Use(self.kind, self.name, environment, pointer, secret)

    def taken(self, environments: Sequence[str], variables: Variables, primary: str) -> Taken:
        """Its block.

        Args:
            environments: all environments of the project: where it is not, its block says so.
            variables: the names of its secrets.
            primary: the environment that gives the block where the others are as good.
        """
        blocks = {environment: self._block(environment, variables) for environment in self.trees}
        base, differences = combined(blocks, primary)
        overrides = {
            environment: differences.get(environment, {}) if environment in blocks else False
            for environment in environments
            if environment in differences or environment not in blocks
        }
        block: Block = dict(base)
        if overrides:
            block["environments"] = overrides
        if self.adopt:
            block["adopt"] = dict(self.adopt)
        return Taken(self.name, self.ids, block, self.comment)

    def _block(self, environment: str, variables: Variables) -> Block:
        """What is declared for one environment."""

        def name_of(pointer: str, secret: Secret) -> str:
            return variables.name_of(Use(self.kind, self.name, environment, pointer, secret))

        return {key: declared(tree, name_of, f"/{key}") for key, tree in self.trees[environment].items()}
