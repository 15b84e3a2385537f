-- Columns are TEXT, BIGINT (numbers, and moments in epoch milliseconds) and bytes; "…_at" NULL means "not yet".

CREATE TABLE installation (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE regions (
    slug TEXT PRIMARY KEY,
    name TEXT NOT NULL
);

-- Whom a person of a region and role can reach when stuck.
CREATE TABLE contacts (
    id        TEXT PRIMARY KEY,
    region    TEXT NOT NULL REFERENCES regions (slug),
    role      TEXT NOT NULL,
    phone     TEXT NOT NULL,
    email     TEXT NOT NULL,
    days      TEXT NOT NULL,
    opens     TEXT NOT NULL,
    closes    TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    UNIQUE (region, role)
);

CREATE TABLE companies (
    id          TEXT PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    country     TEXT NOT NULL,
    region      TEXT NOT NULL REFERENCES regions (slug),
    time_zone   TEXT NOT NULL,
    language    TEXT NOT NULL,
    phase1_at   BIGINT,
    phase2_at   BIGINT,
    deadline_at BIGINT,
    cutoff_at   BIGINT,
    created_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL
);

CREATE TABLE applications (
    id         TEXT PRIMARY KEY,
    slug       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    host       TEXT NOT NULL UNIQUE,
    upstream   TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Policy layers: scope_kind is installation, country, company or application.
CREATE TABLE policy_values (
    scope_kind TEXT NOT NULL,
    scope_key  TEXT NOT NULL,
    name       TEXT NOT NULL,
    value      TEXT NOT NULL,
    is_floor   BIGINT NOT NULL,
    PRIMARY KEY (scope_kind, scope_key, name)
);

-- Name and e-mail stay searchable here, and nowhere else.
CREATE TABLE users (
    id                   TEXT PRIMARY KEY,
    company_id           TEXT REFERENCES companies (id),
    role                 TEXT NOT NULL,
    region               TEXT REFERENCES regions (slug),
    name                 TEXT NOT NULL,
    email                TEXT NOT NULL,
    email_key            TEXT NOT NULL,
    language             TEXT,
    profile_confirmed_at BIGINT,
    email_confirmed_at   BIGINT,
    first_prompted_at    BIGINT,
    last_prompted_at     BIGINT,
    postponed_count      BIGINT NOT NULL,
    enrolled_at          BIGINT,
    disabled_at          BIGINT,
    remembers_device     BIGINT NOT NULL,
    created_at           BIGINT NOT NULL,
    version              BIGINT NOT NULL
);
CREATE INDEX users_by_email ON users (email_key);
CREATE INDEX users_by_company ON users (company_id, name, id);

-- Roles beyond one's own company: staff, and their reach.
CREATE TABLE role_grants (
    user_id    TEXT NOT NULL REFERENCES users (id),
    role       TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope_key  TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, role, scope_kind, scope_key)
);

-- Enterprise User IDs: never reused, so a row outlives its user. Look-alikes share a skeleton (UTS #39).
CREATE TABLE enterprise_user_ids (
    canonical  TEXT PRIMARY KEY,
    skeleton   TEXT NOT NULL UNIQUE,
    display    TEXT NOT NULL,
    user_id    TEXT NOT NULL UNIQUE REFERENCES users (id),
    created_at BIGINT NOT NULL
);

-- Login names of the application, kept after onboarding: no ID may resemble one, and the application knows its user by it.
CREATE TABLE legacy_logins (
    canonical  TEXT PRIMARY KEY,
    skeleton   TEXT NOT NULL,
    display    TEXT NOT NULL,
    user_id    TEXT NOT NULL UNIQUE REFERENCES users (id),
    source     TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX legacy_logins_by_skeleton ON legacy_logins (skeleton);

-- Imported hashes under envelope encryption, deleted at onboarding or cut-off.
CREATE TABLE legacy_credentials (
    user_id     TEXT PRIMARY KEY REFERENCES users (id),
    sealed_hash {{BYTES}} NOT NULL,
    created_at  BIGINT NOT NULL
);

-- What the application calls a user: immutable, one for each application.
CREATE TABLE subjects (
    user_id        TEXT NOT NULL REFERENCES users (id),
    application_id TEXT NOT NULL REFERENCES applications (id),
    subject        TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (user_id, application_id),
    UNIQUE (application_id, subject)
);

CREATE TABLE passwords (
    user_id    TEXT PRIMARY KEY REFERENCES users (id),
    hash       TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE security_codes (
    user_id     TEXT PRIMARY KEY REFERENCES users (id),
    hash        TEXT NOT NULL,
    changed_at  BIGINT NOT NULL,
    disabled_at BIGINT
);

-- Attempt budgets; the key is a keyed MAC of what is counted, so that it names nobody.
CREATE TABLE counters (
    name              TEXT PRIMARY KEY,
    failures          BIGINT NOT NULL,
    window_started_at BIGINT,
    blocked_until     BIGINT,
    updated_at        BIGINT NOT NULL
);
CREATE INDEX counters_by_age ON counters (updated_at);

-- Pending logins and onboardings. Not sessions: another table, another type, another cookie.
CREATE TABLE attempts (
    id            TEXT PRIMARY KEY,
    token_hash    {{BYTES}} NOT NULL UNIQUE,
    browser_hash  {{BYTES}} NOT NULL,
    entry         TEXT NOT NULL,
    state         TEXT NOT NULL,
    user_id       TEXT REFERENCES users (id),
    first_method  TEXT,
    first_at      BIGINT,
    second_method TEXT,
    second_device TEXT,
    second_at     BIGINT,
    follow        TEXT,
    enrolment     TEXT,
    not_now       TEXT,
    misses        BIGINT NOT NULL,
    refusal       TEXT,
    reason        TEXT,
    reason_at     BIGINT,
    return_to     TEXT,
    browser_name  TEXT NOT NULL,
    network       TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL
);
CREATE INDEX attempts_by_user ON attempts (user_id);
CREATE INDEX attempts_by_expiry ON attempts (expires_at);

-- One-time passwords as keyed MACs, each bound to one attempt, user, channel and purpose.
CREATE TABLE codes (
    id            TEXT PRIMARY KEY,
    attempt_id    TEXT NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    user_id       TEXT NOT NULL REFERENCES users (id),
    purpose       TEXT NOT NULL,
    channel       TEXT NOT NULL,
    tag           TEXT NOT NULL,
    mac           {{BYTES}} NOT NULL,
    message_id    TEXT NOT NULL,
    sent_at       BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    tries         BIGINT NOT NULL,
    consumed_at   BIGINT,
    superseded_at BIGINT
);
CREATE INDEX codes_by_attempt ON codes (attempt_id, sent_at);

-- When codes were sent, kept when attempts go: a restart never resets a limit.
CREATE TABLE code_sends (
    user_id TEXT NOT NULL REFERENCES users (id),
    code_id TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, sent_at, code_id)
);

CREATE TABLE devices (
    id             TEXT PRIMARY KEY,
    user_id        TEXT NOT NULL REFERENCES users (id),
    attempt_id     TEXT NOT NULL,
    name           TEXT NOT NULL,
    browser        TEXT NOT NULL,
    platform       TEXT NOT NULL,
    network        TEXT NOT NULL,
    token_hash     {{BYTES}} NOT NULL,
    previous_hash  {{BYTES}},
    created_at     BIGINT NOT NULL,
    last_used_at   BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    revoked_at     BIGINT,
    revoked_reason TEXT,
    version        BIGINT NOT NULL
);
CREATE INDEX devices_by_user ON devices (user_id, created_at);

CREATE TABLE sessions (
    id            TEXT PRIMARY KEY,
    token_hash    {{BYTES}} NOT NULL UNIQUE,
    user_id       TEXT NOT NULL REFERENCES users (id),
    attempt_id    TEXT NOT NULL,
    device_id     TEXT REFERENCES devices (id),
    first_method  TEXT NOT NULL,
    first_at      BIGINT NOT NULL,
    second_method TEXT,
    second_device TEXT,
    second_at     BIGINT,
    browser_name  TEXT NOT NULL,
    network       TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL,
    idle_ms       BIGINT NOT NULL,
    ends_at       BIGINT NOT NULL,
    ended_at      BIGINT,
    end_reason    TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_attempt ON sessions (attempt_id);

-- The weaker session of one application host, hanging on a session of the portal.
CREATE TABLE application_sessions (
    token_hash     {{BYTES}} PRIMARY KEY,
    session_id     TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES applications (id),
    created_at     BIGINT NOT NULL
);
CREATE INDEX application_sessions_by_session ON application_sessions (session_id);

-- One-time tickets from the portal to an application host, bound to a nonce cookie that was set there first.
CREATE TABLE tickets (
    token_hash     {{BYTES}} PRIMARY KEY,
    nonce_hash     {{BYTES}} NOT NULL,
    session_id     TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES applications (id),
    expires_at     BIGINT NOT NULL,
    consumed_at    BIGINT
);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);

CREATE TABLE invitations (
    id          TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users (id),
    token_hash  {{BYTES}} NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at  BIGINT
);
CREATE INDEX invitations_by_user ON invitations (user_id);

CREATE TABLE cases (
    id         TEXT PRIMARY KEY,
    reference  TEXT NOT NULL UNIQUE,
    user_id    TEXT NOT NULL REFERENCES users (id),
    company_id TEXT REFERENCES companies (id),
    region     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    sealed     {{BYTES}} NOT NULL,
    state      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at  BIGINT,
    version    BIGINT NOT NULL
);
CREATE INDEX cases_by_region ON cases (region, state, created_at);
CREATE INDEX cases_by_user ON cases (user_id);

-- One key a person, wrapped by the keyring: erasing the row makes what it sealed unreadable.
CREATE TABLE person_keys (
    user_id    TEXT PRIMARY KEY REFERENCES users (id),
    sealed_key {{BYTES}} NOT NULL,
    created_at BIGINT NOT NULL
);

-- Written in the transaction of what it reports; the payload is wiped after hand-over or expiry.
CREATE TABLE outbox (
    id              TEXT PRIMARY KEY,
    user_id         TEXT REFERENCES users (id),
    kind            TEXT NOT NULL,
    sealed          {{BYTES}},
    state           TEXT NOT NULL,
    attempts        BIGINT NOT NULL,
    answers         BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    deadline_at     BIGINT NOT NULL,
    lease           TEXT,
    leased_until    BIGINT,
    created_at      BIGINT NOT NULL,
    handed_over_at  BIGINT,
    last_error      TEXT
);
CREATE INDEX outbox_by_turn ON outbox (state, next_attempt_at);

CREATE TABLE audit_events (
    id         TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    actor      TEXT NOT NULL,
    user_id    TEXT,
    company_id TEXT,
    facts      TEXT NOT NULL,
    personal   {{BYTES}},
    chain_no   BIGINT,
    chain_hash {{BYTES}}
);
CREATE INDEX audit_events_by_time ON audit_events (at, id);
CREATE INDEX audit_events_by_user ON audit_events (user_id, at);
CREATE INDEX audit_events_by_company ON audit_events (company_id, at);
CREATE UNIQUE INDEX audit_events_by_chain ON audit_events (chain_no);

-- A named duty that one node holds for a while: the mail worker, the cleaner, later the sealer of the audit log.
CREATE TABLE leases (
    name       TEXT PRIMARY KEY,
    holder     TEXT NOT NULL,
    held_until BIGINT NOT NULL
);
