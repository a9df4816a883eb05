-- The office file's tables. Instants are text in UTC ("2026-11-22T16:00:00.000000Z"), which sorts
-- in order of time.

-- Whom the provider invited: "token" is the secret part of the customer's permanent link, "digest"
-- what it is found by. "terms" is JSON: what is asked of the customer (services, period, most EANs,
-- expected EANs, SSO). Of a customer one stands with each provider.
CREATE TABLE IF NOT EXISTS invitations (
    invitation_id INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    customer_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    terms TEXT NOT NULL,
    invited_at TEXT NOT NULL,
    withdrawn_at TEXT
);
CREATE INDEX IF NOT EXISTS invitations_by_customer ON invitations (customer_id);
CREATE UNIQUE INDEX IF NOT EXISTS standing_invitations ON invitations (customer_id, provider)
    WHERE withdrawn_at IS NULL;

-- Requests that named themselves (Idempotency-Key) and what they led to: "name" is a digest of whose
-- key it was and of the name given, "asked" one of what was asked. "is_new" is whether the link was
-- made then. It holds for a day, and goes with the invitation.
CREATE TABLE IF NOT EXISTS named_requests (
    name TEXT PRIMARY KEY,
    asked TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    invitation_id INTEGER NOT NULL REFERENCES invitations ON DELETE CASCADE,
    is_new INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS named_requests_by_time ON named_requests (answered_at);
CREATE INDEX IF NOT EXISTS named_requests_by_invitation ON named_requests (invitation_id);

-- What happened at a link: "kind" is opened, requested ("short_url" was made, which lives until
-- "valid_to"), returned, turned_back or failed ("detail" says why, without anything secret).
CREATE TABLE IF NOT EXISTS visits (
    visit_id INTEGER PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitations ON DELETE CASCADE,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    short_url TEXT,
    valid_to TEXT,
    detail TEXT
);
CREATE INDEX IF NOT EXISTS visits_by_invitation ON visits (invitation_id, at);

-- The provider's own people. "password" is an argon2 hash, null for who signs in by OpenID Connect
-- ("subject" is who they are there). "role" is viewer, operator or privacy_officer.
CREATE TABLE IF NOT EXISTS users (
    user_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password TEXT,
    issuer TEXT,
    subject TEXT,
    added_at TEXT NOT NULL,
    disabled_at TEXT,
    UNIQUE (issuer, subject)
);

-- Who is signed in: "digest" is that of the cookie's secret, which is nowhere else.
CREATE TABLE IF NOT EXISTS sessions (
    digest TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    form_token TEXT NOT NULL,
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
);

-- Attempts to sign in that failed, for as long as they count against the next one. "about" is a
-- digest of the address that tried, or of the name that it tried, a colon, and the same.
CREATE TABLE IF NOT EXISTS failed_sign_ins (about TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS failed_sign_ins_by_about ON failed_sign_ins (about, at);

-- Keys of the provider's own applications: the digest alone is kept. "scopes" are divided by blanks.
CREATE TABLE IF NOT EXISTS api_keys (
    key_id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    added_at TEXT NOT NULL,
    expires_at TEXT,
    withdrawn_at TEXT,
    used_at TEXT
);

-- Every look at a customer's data, and what people decided: "actor" is a user's name or the name of
-- an API key; "action" a word such as looked, exported, decided. Nothing is changed; the old goes.
CREATE TABLE IF NOT EXISTS access_log (
    entry_id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    customer_id TEXT,
    detail TEXT
);
CREATE INDEX IF NOT EXISTS access_log_by_customer ON access_log (customer_id, at);
CREATE INDEX IF NOT EXISTS access_log_by_time ON access_log (at);

-- How polls and syncs went: "task" is poll, sync or fetch; "outcome" is done, incomplete, stopped or
-- failed ("kind" and "error" say why, without anything secret or personal). "counts" is JSON.
CREATE TABLE IF NOT EXISTS runs (
    run_id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    task TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    kind TEXT,
    error TEXT,
    counts TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS runs_by_time ON runs (started_at);

-- Which alerts are open or were: "key" tells one cause of a kind from another, "stage" how bad it
-- is by now, "ended_at" when its cause was gone. Of an event nobody is told that it ended.
CREATE TABLE IF NOT EXISTS alerts (
    alert_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    "key" TEXT NOT NULL,
    stage TEXT NOT NULL,
    says TEXT NOT NULL,
    next_step TEXT NOT NULL,
    is_urgent INTEGER NOT NULL,
    is_event INTEGER NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX IF NOT EXISTS alerts_by_key ON alerts (kind, "key");

-- What a receiver was told of an alert: of which "stage" and when last, and that it was over.
-- "thread" is the first message's identifier.
CREATE TABLE IF NOT EXISTS alerts_told (
    alert_id INTEGER NOT NULL REFERENCES alerts ON DELETE CASCADE,
    receiver TEXT NOT NULL,
    stage TEXT NOT NULL,
    told_at TEXT NOT NULL,
    ended_told_at TEXT,
    thread TEXT NOT NULL,
    PRIMARY KEY (alert_id, receiver)
);

-- How receivers of alerts take messages: after "attempts" in vain the next is "due_at". "digest_at"
-- is which daily digest was told last.
CREATE TABLE IF NOT EXISTS alert_receivers (
    receiver TEXT PRIMARY KEY,
    digest_at TEXT NOT NULL,
    took_at TEXT,
    attempts INTEGER NOT NULL,
    due_at TEXT,
    error TEXT
);
