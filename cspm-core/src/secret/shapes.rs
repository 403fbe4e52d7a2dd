//! Known shapes of secrets: what a text must have in it for the shape to be looked for, and what is cut.

/// A shape. Where the pattern has groups, the first that took part is cut, else all that matched.
pub(super) struct Shape {
    /// One of these is in every text that has the shape; letters of any case.
    pub(super) marks: &'static [&'static str],
    pub(super) pattern: &'static str,
    pub(super) accept: fn(&str) -> bool,
}

const fn any(marks: &'static [&'static str], pattern: &'static str) -> Shape {
    Shape { marks, pattern, accept: |_| true }
}

const fn tested(marks: &'static [&'static str], pattern: &'static str, accept: fn(&str) -> bool) -> Shape {
    Shape { marks, pattern, accept }
}

/// A part of one of these is in every name that [`super::is_secret_name`] knows; letters of any case.
pub(super) const NAMES: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "bearer",
    "jwt",
    "psk",
    "sig",
    "cookie",
    "connection",
    "session",
    "salt",
];

/// Every shape. Those that take in more come first.
pub(super) const SHAPES: &[Shape] = &[
    any(
        &["-----begin"],
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)",
    ),
    any(&["putty-user-key-file"], r"PuTTY-User-Key-File-[\s\S]*"),
    any(&["age-secret-key-"], r"AGE-SECRET-KEY-1[0-9A-Za-z]{20,}"),
    // User and password before the host, or a token alone there; `git@` is a name.
    tested(&["://"], r#"://([^\s/?#"'<>\\]+)@"#, |user| user.contains(':') || !is_plain_word(user)),
    tested(&["://"], r#"://[^\s:/?#"'<>@\\\[]+:([^\s"'<>\\]+)@"#, |word| {
        word.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(|c| c != '/')
    }),
    any(&["@tcp", "@unix", "@udp"], r"[\w.-]+:([^\s@]+)@(?:tcp6?|unix|udp)\("),
    any(
        &["authorization"],
        r#"(?i)authorization\\*["']?\s*(?:=>|[:=])\s*\\*["']?((?:[a-z0-9-]+\s+)?[^\s"'\\,]{3,}(?:, ?[a-z]+=[^\s,]+)*)"#,
    ),
    tested(
        &["bearer", "basic", "digest", "negotiate"],
        r"(?i)\b(?:bearer|basic|digest|negotiate)\s+([a-z0-9+/=_.~-]{6,})",
        |value| !is_plain_word(value),
    ),
    any(&["cookie"], r#"(?i)\b(?:set-)?cookie\\*["']?\s*:\s*\\*["']?([^\r\n"'\\]+)"#),
    any(&["akia", "asia", "abia", "acca"], r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    any(
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,})",
    ),
    any(
        &["glpat-", "glptt-", "gldt-", "glrt-", "glcbt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-"],
        r"\bgl[a-z]{2,5}-[A-Za-z0-9_.-]{16,}",
    ),
    any(&["xox", "xapp-"], r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}"),
    any(&["hooks.slack.com"], r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]+)"),
    any(&["api/webhooks/"], r"(?i)discord(?:app)?\.com/api/webhooks/([0-9]+/[A-Za-z0-9_-]+)"),
    any(&["webhook.office.com"], r#"webhook\.office\.com/([^\s"']+)"#),
    any(&[":aa"], r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{30,}"),
    any(&["k_live_", "k_test_", "whsec_"], r"\b(?:[rsp]k_(?:live|test)|whsec)_[A-Za-z0-9]{8,}"),
    any(&["aiza"], r"\bAIza[A-Za-z0-9_-]{30,}"),
    any(&["ya29."], r"\bya29\.[A-Za-z0-9_-]{10,}"),
    any(&["gocspx-"], r"\bGOCSPX-[A-Za-z0-9_-]{16,}"),
    any(&["1//0"], r"\b1//0[A-Za-z0-9_-]{20,}"),
    any(&["8q~"], r"\b[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{20,}"),
    any(&["sg."], r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    any(&["key-"], r"\bkey-[0-9a-f]{32}\b"),
    any(&["-us"], r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    any(
        &[
            "sk0", "sk1", "sk2", "sk3", "sk4", "sk5", "sk6", "sk7", "sk8", "sk9", "ska", "skb", "skc", "skd", "ske",
            "skf",
        ],
        r"\bSK[0-9a-f]{32}\b",
    ),
    any(&["npm_"], r"\bnpm_[A-Za-z0-9]{20,}"),
    any(&["pypi-"], r"\bpypi-[A-Za-z0-9_-]{20,}"),
    any(&["dckr_"], r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}"),
    any(&["rubygems_"], r"\brubygems_[0-9a-f]{32,}"),
    any(&["hf_"], r"\bhf_[A-Za-z0-9]{20,}"),
    any(
        &["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-ant-", "sk-or-", "sk-lf-"],
        r"\bsk-(?:proj|svcacct|admin|ant|or|lf)-[A-Za-z0-9_-]{12,}",
    ),
    any(&["sk-"], r"\bsk-[A-Za-z0-9]{32,}"),
    any(&["gsk_", "xai-", "pplx-", "r8_"], r"\b(?:gsk_|xai-|pplx-|r8_)[A-Za-z0-9]{20,}"),
    any(&["_v1_"], r"\bdo[opr]_v1_[0-9a-f]{32,}"),
    any(&["hvs.", "hvb.", "hvr."], r"\bhv[sbr]\.[A-Za-z0-9_-]{16,}"),
    any(&["s."], r"(?:^|[^A-Za-z0-9_.-])(s\.[A-Za-z0-9]{24})\b"),
    any(&[".atlasv1."], r"[A-Za-z0-9]{8,}\.atlasv1\.[A-Za-z0-9_-]{20,}"),
    any(
        &[
            "lin_api_", "nrak-", "dapi", "shpat_", "shpss_", "shpca_", "sntrys_", "figd_", "pat-na1-", "dp.pt.",
            "phc_", "phx_", "glsa_", "glc_", "eaaa", "atatt",
        ],
        r"\b(?:lin_api_[A-Za-z0-9]{20,}|NRAK-[A-Z0-9]{20,}|dapi[0-9a-f]{32}|shp(?:at|ss|ca)_[0-9a-f]{32}|sntrys_[A-Za-z0-9_=+/-]{20,}|figd_[A-Za-z0-9_-]{20,}|pat-na1-[0-9a-f-]{30,}|dp\.pt\.[A-Za-z0-9]{30,}|ph[cx]_[A-Za-z0-9]{30,}|gl(?:sa|c)_[A-Za-z0-9_=+/-]{20,}|EAAA[A-Za-z0-9_-]{40,}|ATATT[A-Za-z0-9_=-]{40,})",
    ),
    any(&["eyj"], r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)+"),
    any(&["accountkey", "sharedaccess"], r#"(?i)\b(?:accountkey|sharedaccesskey|sharedaccesssignature)=([^;\s"']+)"#),
    any(&["sig="], r#"(?i)[?&;]sig=([^&\s"'\\]+)"#),
    any(
        &["$1$", "$2", "$5$", "$6$", "$y$", "$apr1$", "$argon2", "$scrypt", "$pbkdf2"],
        r"\$(?:1|2[abxy]?|5|6|y|apr1|argon2(?:i|d|id)|scrypt|pbkdf2(?:-sha[0-9]+)?)\$[./A-Za-z0-9$=,+-]{12,}",
    ),
    any(&["identified by"], r#"(?i)identified by\s+(?:password\s+)?\\*["']?([^\s"'\\;]+)"#),
    any(&["chpasswd"], r#"[A-Za-z_][\w-]*:([^\s"':|]{3,})\\*["']?\s*\|\s*(?:sudo\s+)?chpasswd"#),
    any(&["machine ", "login "], r"(?i)\blogin\s+\S+\s+password\s+(\S+)"),
    tested(
        &["-pass", "-pwd", "-token", "-secret", "-api", "-access", "-auth"],
        r#"(?i)(?:^|[\s"'])--?(?:[a-z0-9]+-)*(?:password|passwd|passphrase|pwd|token|secret|api-?key|access-?key|auth-?key)\s+\\*["']?([^\s"'\\]+)"#,
        |value| !value.starts_with('-') && value.len() >= 3,
    ),
    tested(
        &["-u", "--user", "--proxy-user"],
        r#"(?:^|[\s"'])(?:-u|--user|--proxy-user)[ =]?["']?[\w.@-]+:([^\s"':\\]+)"#,
        |value| !value.bytes().all(|byte| byte.is_ascii_digit()),
    ),
    any(&["sshpass"], r#"\bsshpass\s+-p\s*["']?([^\s"']+)"#),
    any(&["pass:"], r"(?i)\bpass(?:in|out)?\s+pass:(\S+)"),
    // <password>…</password>
    any(
        &["<"],
        r"(?i)<(?:[a-z0-9:._-]*)(?:password|passwd|secret|token|apikey|api-key|credentials?)\s*>\s*([^<]+?)\s*</",
    ),
];

/// Whether it is a word that people write: small letters, perhaps with signs between them.
pub(super) fn is_plain_word(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_.".contains(&byte))
}
