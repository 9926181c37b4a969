"""The local AWS of an instance, and the settings its clients need."""

import http
import http.client
import os
import platform

from . import tools
from .instance import Instance
from .processes import Service

STACK = "mrmrthon-local"
REGION = "us-east-1"


def service(instance: Instance) -> Service:
    """MiniStack, with its state, temporary files and logs in the instance's folder."""
    directory = instance.directory / "aws"
    temporary = directory / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    (directory / "port").write_text(str(instance.aws.number))
    return Service(
        name="The local AWS (MiniStack)",
        command=[tools.PYTHON, "-m", "local.emulator"],
        log=instance.logs / "aws.log",
        is_ready=lambda: _is_ready(instance.aws.number),
        environment={
            **environment(instance),
            "GATEWAY_PORT": str(instance.aws.number),
            "BIND_HOST": "127.0.0.1",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(directory / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(directory / "s3"),
            "TMPDIR": str(temporary),
            "FUNCTION_LOG": str(instance.function_log),
            # These would listen on further ports, for services that are not used here.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
        },
    )


def remove_credentials() -> None:
    """Remove the user's AWS settings from the environment, so that no child process reaches a real account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


def environment(instance: Instance) -> dict[str, str]:
    """The environment in which any AWS client uses this instance and nothing else."""
    return {
        "AWS_ENDPOINT_URL": instance.aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.5",
    }


def api_url(instance: Instance, api_id: str) -> str:
    """URL of the HTTP API through the endpoint, because its own host name resolves only in browsers."""
    return f"{instance.aws_url}/_aws/execute-api/{api_id}/api"


def architecture() -> str:
    """This machine's processor architecture, as Lambda names it."""
    return {"x86_64": "x86_64", "AMD64": "x86_64"}.get(platform.machine(), "arm64")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
