"""Respect `ExcludePunctuation` in the `GenerateSecretString` of a secret, which MiniStack ignores.

Generated secrets end up unquoted in .local/functions.env, where some punctuation marks have a meaning.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html
"""

import string
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners


def install() -> None:
    """Translate `ExcludePunctuation` to `ExcludeCharacters`, which MiniStack knows."""
    generate: Callable[[dict[str, Any]], str] = provisioners._sm_secret_string

    def generate_without_punctuation(properties: dict[str, Any]) -> str:
        options = properties.get("GenerateSecretString")
        if options and options.get("ExcludePunctuation"):
            excluded = options.get("ExcludeCharacters", "") + string.punctuation
            properties = {**properties, "GenerateSecretString": {**options, "ExcludeCharacters": excluded}}
        return generate(properties)

    provisioners._sm_secret_string = generate_without_punctuation
