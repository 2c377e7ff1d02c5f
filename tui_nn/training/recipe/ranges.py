"""The ranges that hyperparameters share."""

from typing import Annotated

from msgspec import Meta

Width = Annotated[int, Meta(ge=1, le=100_000)]
Count = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Digit = Annotated[int, Meta(ge=0, le=9)]
Seed = Annotated[int, Meta(ge=0, le=2**62)]
WHOLE_BATCH = 1000  # samples; a larger batch is computed in chunks of this size
LARGEST = 1e38  # a float32 can hold no number that is much larger
Rate = Annotated[float, Meta(gt=0, le=LARGEST)]
Price = Annotated[float, Meta(ge=0, le=LARGEST)]
Share = Annotated[float, Meta(ge=0, lt=1)]
PositiveShare = Annotated[float, Meta(gt=0, le=1)]
