"""Save the records of DynamoDB streams across a restart.

MiniStack saves the read positions of event source mappings but not the records. After a restart, a mapping then skips
as many new records as it had read before. DynamoDB keeps stream records for 24 hours:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

import copy
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb


def install() -> None:
    """Save and restore the stream records together with the tables."""
    get_state: Callable[[], dict[str, Any]] = dynamodb.get_state
    load_state: Callable[[Any], None] = dynamodb.load_persisted_state
    streams = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}

    def get_state_with_streams() -> dict[str, Any]:
        return {**get_state(), **copy.deepcopy(streams)}

    def load_state_with_streams(data: dict[str, Any]) -> None:
        load_state(data)
        for name, store in streams.items():
            store.update(data.get(name, {}))

    dynamodb.get_state = get_state_with_streams
    dynamodb.load_persisted_state = load_state_with_streams
