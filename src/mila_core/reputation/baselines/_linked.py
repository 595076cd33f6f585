"""What baselines share that give a number, not probabilities: an ordinal link makes it a prediction."""

from abc import abstractmethod
from typing import ClassVar, NamedTuple, Self

import attrs

from mila_core.errors import InvalidValueError
from mila_core.reputation.baselines._searched import SearchedModel, scores_of
from mila_core.reputation.history import History
from mila_core.reputation.links import OrdinalLink, fit_link_and_loss
from mila_core.reputation.metrics import Probabilities
from mila_core.validation import instance_of

__all__ = ["Followed", "LinkedModel", "one_slope"]

_DECIMALS = 3


class Followed(NamedTuple):
    """A history as a model went through it.

    Attributes:
        features: for each rating, what the model thought of its subject before it.
        scores: what it thinks of each subject at the end, by number; None for one who was not rated.
    """

    features: list[float]
    scores: list[float | None]


def one_slope(_: object, attribute: "attrs.Attribute[OrdinalLink]", value: OrdinalLink) -> None:
    """Refuse a link of several features.

    Args:
        attribute: the field, for its name in the error.
        value: what came.
    """
    if len(value.slopes) != 1:
        raise InvalidValueError(attribute.name, "a link with one slope", f"{len(value.slopes)}")


@attrs.frozen(kw_only=True)
class LinkedModel(SearchedModel):
    """A model that thinks of each subject as a number, and its link to probabilities.

    Attributes:
        link: how the number becomes the probabilities of one star to five.
    """

    link: OrdinalLink = attrs.field(
        default=OrdinalLink(thresholds=(-1.1, -0.6, 0.2, 1.5), slopes=(0.4,)),
        validator=[instance_of(OrdinalLink), one_slope],
    )

    name: ClassVar[str]

    @abstractmethod
    def follow(self, history: History) -> Followed:
        """Return what the model thinks at each rating of a history, and at its end.

        Args:
            history: the ratings in the order of time.
        """

    def settle(self, history: History) -> tuple[Self, float]:
        """Return the model with the link that suits a history best, and its mean log-loss.

        Args:
            history: the ratings in the order of time.
        """
        features = self.follow(history).features
        found = fit_link_and_loss([features], history.stars, start=self.link, decimals=_DECIMALS)
        return attrs.evolve(self, link=found.link), found.loss

    def predict(self, history: History, *, start: int = 0) -> list[Probabilities]:
        """Return the probabilities of one star to five for each rating, from the ratings before it alone.

        Args:
            history: the ratings in the order of time.
            start: the first rating to predict; those before it are only learnt from.
        """
        [slope] = self.link.slopes
        of_score = self.link.of_score
        return [of_score(slope * feature) for feature in self.follow(history).features[start:]]

    def score(self, history: History) -> dict[str, float]:
        """Return what the model thinks of each subject who was rated, after all ratings; more is better.

        Args:
            history: the ratings in the order of time.
        """
        return scores_of(history, self.follow(history).scores)
