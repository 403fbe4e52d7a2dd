"""What the service was told, all of it from the environment, and checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Long enough that it cannot be guessed, however often somebody tries.
SHORTEST_KEY = 16
DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
MAKE_A_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'


class SettingsError(Exception):
    """The environment does not say what is needed, or contradicts itself."""


@dataclass(frozen=True)
class Settings:
    """What the service was told."""

    # None: everybody who can connect may scan.
    api_key: str | None
    bucket: str | None = None
    key: str | None = None
    regions: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    endpoint_url: str | None = None
    # Without a key: the names under which the service may be asked, so that no other site's name can lead to it.
    hosts: tuple[str, ...] = LOCAL_HOSTS
    # None: a private folder of this process.
    state_dir: Path | None = None
    dashboard_dir: Path = DASHBOARD
    # Scans of all workers at once, those of GET /api/scan included.
    max_active: int = 4
    # Scans that are kept, and for how long, in seconds.
    max_scans: int = 20
    # Of the results of all of them, in MB.
    max_results: int = 2000
    max_age: float = 24 * 3600
    scan_timeout: float = 3600
    # Event streams of one worker at once: each holds a thread.
    max_streams: int = 8

    @property
    def source(self) -> str:
        """What is scanned, for people."""
        if self.bucket:
            return f"s3://{self.bucket}/{self.key}"
        return f"AWS account, {', '.join(self.regions) or 'all its regions'}"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """The settings, or an error that says what to do."""

        def text(name: str) -> str | None:
            return env.get(name, "").strip() or None

        def words(name: str) -> tuple[str, ...]:
            return tuple(env.get(name, "").replace(",", " ").split())

        def number(name: str, default: float) -> float:
            value = text(name)
            try:
                n = default if value is None else float(value)
            except ValueError:
                n = 0
            # Also refuses nan, which compares with nothing.
            if not 0 < n < 1e9:
                raise SettingsError(f"{name} must be a number above 0, and is {value!r}")
            return n

        def whole(name: str, default: int) -> int:
            return max(1, int(number(name, default)))

        bucket, key = text("BUCKET_NAME"), text("OBJECT_KEY")
        if (bucket is None) != (key is None):
            missing = "OBJECT_KEY" if bucket else "BUCKET_NAME"
            raise SettingsError(f"BUCKET_NAME and OBJECT_KEY belong together: {missing} is not set")
        dashboard = Path(text("DASHBOARD_DIR") or DASHBOARD)
        if not (dashboard / "index.html").is_file():
            raise SettingsError(
                f"there is no index.html in {dashboard}: DASHBOARD_DIR must name the folder of the page"
            )
        state_dir = text("STATE_DIR")
        return cls(
            api_key=_api_key(env),
            bucket=bucket,
            key=key,
            regions=words("SCAN_REGIONS"),
            frameworks=words("RULES_FRAMEWORKS"),
            endpoint_url=text("AWS_ENDPOINT_URL"),
            hosts=LOCAL_HOSTS + tuple(host.lower() for host in words("ALLOWED_HOSTS")),
            state_dir=Path(state_dir) if state_dir else None,
            dashboard_dir=dashboard,
            max_active=whole("MAX_ACTIVE", cls.max_active),
            max_scans=whole("MAX_SCANS", cls.max_scans),
            max_results=whole("MAX_RESULTS", cls.max_results),
            max_age=number("MAX_AGE", cls.max_age),
            scan_timeout=number("SCAN_TIMEOUT", cls.scan_timeout),
            max_streams=whole("MAX_STREAMS", cls.max_streams),
        )


def _api_key(env: Mapping[str, str]) -> str | None:
    auth = env.get("CSPM_AUTH", "on").strip().lower()
    if auth == "off":
        return None
    if auth != "on":
        raise SettingsError(f"CSPM_AUTH must be on or off, and is {auth!r}")
    key = env.get("CSPM_API_KEY", "").strip()
    if not key:
        raise SettingsError(
            f"CSPM_API_KEY is not set. Make a key with: {MAKE_A_KEY}\n"
            "Without a key, everybody who can connect could read the findings; where that is meant, set CSPM_AUTH=off."
        )
    if len(key) < SHORTEST_KEY:
        raise SettingsError(f"CSPM_API_KEY has fewer than {SHORTEST_KEY} characters. Make a key with: {MAKE_A_KEY}")
    return key
