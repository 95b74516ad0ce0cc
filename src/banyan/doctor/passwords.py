"""Passwords that everybody knows, and lines on which they travel in the clear."""

from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from banyan import demo
from banyan.doctor.installation import Installation, is_loopback
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst
from banyan.kit.nodes import each_node
from banyan.kit.security import verify_password

__all__ = ["CHECKS"]

# What examples have, ours among them, and the first that anybody tries.
_KNOWN = frozenset(
    {"", "admin", "banyan", "change-me", "changeme", "example", "password", "postgres", "redis", "root", "s3cret",
     "secret", "test"}
)  # fmt: skip


@check("secrets.accounts", "Whoever has read the README signs in as the head of the school.")
async def accounts(installation: Installation) -> Verdict:
    """Whether the accounts of the demo school are there and still have the password that Banyan tells everybody."""
    rows = await installation.rows(
        "select email, role, password_hash from account where email = any($1::text[]) and not suspended",
        list(demo.ADDRESSES),
    )
    known = [
        f"{row['email']} ({row['role']})" for row in rows if await verify_password(demo.PASSWORD, row["password_hash"])
    ]
    if not known:
        return ok("No account has the password of the demo school.")
    if not installation.public:
        return ok(f"{len(known)} of the demo school have it, and only this machine can try.")
    return fail(
        f"The password of the demo school opens {', '.join(known)}.",
        "Give them others (banyan account create … --role …) or suspend them; `banyan up --no-demo` plants none.",
    )


@check("secrets.passwords", "The first passwords that anybody tries are those of examples.")
async def passwords(installation: Installation) -> Verdict:
    """The passwords in the URLs of database, Redis and mail: none, or one out of an example."""
    settings = installation.settings
    urls = {
        "BANYAN_DATABASE_URL": settings.database.url,
        "BANYAN_DATABASE_DIRECT_URL": settings.database.direct_url,
        "BANYAN_REDIS_URL": settings.redis.url,
        "BANYAN_MAIL_URL": settings.mail.url,
    }
    urls |= {f"BANYAN_DATABASE_REPLICAS ({n})": url for n, url in enumerate(settings.database.replica_urls, 1)}
    looked = {name: known for name, url in urls.items() if (known := _is_known(url)) is not None}
    weak = [name for name, known in looked.items() if known]
    if weak:
        judge = fail if installation.public else warn
        return judge(
            f"Of an example, or none: {', '.join(weak)}.", "Make a new one (openssl rand -base64 24), here and there."
        )
    return ok(f"{len(looked)} looked at, none is of an example.") if looked else skip("No URL needs one.")


@check("secrets.lines", "On a network that others share, passwords and answers can be read on the way.")
async def lines(installation: Installation) -> Verdict:
    """Whether the database is reached over a network, and by TLS then; and whether Redis is."""
    verdicts = []
    row = await installation.row(
        """
        select inet_server_addr()::text as address, coalesce(ssl, false) as encrypted
          from (select) as one left join pg_stat_ssl on pid = pg_backend_pid()
        """
    )
    if row["address"] is None or is_loopback(row["address"].partition("/")[0]):
        verdicts.append(ok("The database is on this machine."))
    elif not row["encrypted"]:
        verdicts.append(
            warn("The line to the database is not encrypted.", "Set ssl = on there, and ?sslmode=require in its URL.")
        )
    else:
        verdicts.append(ok("The line to the database is encrypted."))
    redis = urlsplit(installation.settings.redis.url)
    if redis.scheme == "redis" and _is_open_network(redis.hostname or ""):
        verdicts.append(warn("The line to Redis goes through the internet, unencrypted.", "Use rediss://."))
    return worst(*verdicts)


def _is_known(url: str) -> bool | None:
    """Whether the password of a URL is known to all; None where none is asked for: no URL, a socket, this machine."""
    if not url:
        return None
    parts = urlsplit(each_node(url)[0])
    if parts.password is None and (not parts.hostname or is_loopback(parts.hostname) or parts.scheme == "smtp"):
        return None
    if parts.password is None and parts.scheme.startswith(("postgres", "folder")):
        return None  # it may come from a file, or be proven by a certificate
    return unquote(parts.password or "").lower() in _KNOWN


def _is_open_network(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return False


CHECKS = (accounts, passwords, lines)
