-- Recovery, second factors beside the mailbox, keys of Trusted Devices, "this was not me", notices.

ALTER TABLE users ADD COLUMN channel TEXT NOT NULL DEFAULT 'email';
-- Set by "this was not me": the password is right and opens nothing until recovery makes a new one.
ALTER TABLE users ADD COLUMN password_dead_at BIGINT;

-- The second factors that a pending login accepts, the preferred one first.
ALTER TABLE attempts ADD COLUMN offer TEXT;
-- The session that is proven afresh, and ends when the new one begins; the attempt is worth nothing without it.
ALTER TABLE attempts ADD COLUMN confirms TEXT;

-- The public half of a P-256 key that the browser cannot export (SEC 1, uncompressed), the moment of the newest challenge that
-- it signed, so that each is answered once, and the moment when a signature was last seen.
ALTER TABLE devices ADD COLUMN public_key {{BYTES}};
ALTER TABLE devices ADD COLUMN challenged_at BIGINT;
-- Devices are forgotten some time after their end; what points at them is found without reading every session.
CREATE INDEX devices_by_end ON devices (expires_at);
CREATE INDEX sessions_by_device ON sessions (device_id) WHERE device_id IS NOT NULL;

-- Requests for a code before anything is proven, and what follows. Whether there is such a person is found out after the answer.
-- `sealed_name` holds what was typed, at which door, and where the user wanted to go.
CREATE TABLE recoveries (
    id               TEXT PRIMARY KEY,
    token_hash       {{BYTES}} NOT NULL UNIQUE,
    browser_hash     {{BYTES}} NOT NULL,
    goal             TEXT NOT NULL,
    state            TEXT NOT NULL,
    sealed_name      {{BYTES}} NOT NULL,
    name_hash        {{BYTES}} NOT NULL,
    user_id          TEXT REFERENCES users (id),
    resolve_at       BIGINT,
    silenced_at      BIGINT,
    code_id          TEXT NOT NULL,
    code_tag         TEXT NOT NULL,
    code_mac         {{BYTES}},
    code_message     TEXT,
    code_sent_at     BIGINT NOT NULL,
    code_expires_at  BIGINT NOT NULL,
    code_tries       BIGINT NOT NULL,
    code_consumed_at BIGINT,
    mailbox_method   TEXT,
    mailbox_at       BIGINT,
    case_id          TEXT REFERENCES cases (id),
    knowledge_method TEXT,
    knowledge_at     BIGINT,
    misses           BIGINT NOT NULL,
    browser_name     TEXT NOT NULL,
    network          TEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    version          BIGINT NOT NULL
);
CREATE INDEX recoveries_to_resolve ON recoveries (resolve_at);
CREATE INDEX recoveries_by_user ON recoveries (user_id);
CREATE INDEX recoveries_by_name ON recoveries (name_hash, browser_hash);
CREATE INDEX recoveries_by_expiry ON recoveries (expires_at);

-- "Which IDs do I have?": answered by mail alone, after the page. The link in it proves the mailbox for one of the IDs.
CREATE TABLE user_id_requests (
    id             TEXT PRIMARY KEY,
    sealed_address {{BYTES}} NOT NULL,
    address_hash   {{BYTES}} NOT NULL,
    link_hash      {{BYTES}} UNIQUE,
    browser_name   TEXT NOT NULL,
    network        TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    resolve_at     BIGINT,
    link_ends_at   BIGINT,
    mailed_to      TEXT REFERENCES users (id),
    used_at        BIGINT
);
CREATE INDEX user_id_requests_to_resolve ON user_id_requests (resolve_at);
CREATE INDEX user_id_requests_by_age ON user_id_requests (created_at);

-- Members of staff who vouch for a person; a case needs two of them.
CREATE TABLE case_approvals (
    case_id TEXT NOT NULL REFERENCES cases (id),
    staff   TEXT NOT NULL REFERENCES users (id),
    at      BIGINT NOT NULL,
    note    {{BYTES}} NOT NULL,
    PRIMARY KEY (case_id, staff)
);

-- When the command line vouched: for the last of staff, for whom no two others can.
ALTER TABLE cases ADD COLUMN commanded_at BIGINT;

-- A lost factor is removed then, unless its owner cancels.
CREATE TABLE factor_removals (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id),
    cancel_hash  {{BYTES}} NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    cancelled_at BIGINT,
    done_at      BIGINT
);
CREATE INDEX factor_removals_by_user ON factor_removals (user_id);
CREATE INDEX factor_removals_by_turn ON factor_removals (due_at);

-- Authenticator apps (RFC 6238). One that is not confirmed yet opens nothing, and is confirmed in the session that began it; a
-- user has at most one of each.
CREATE TABLE authenticator_apps (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL REFERENCES users (id),
    session_id    TEXT NOT NULL,
    sealed_secret {{BYTES}} NOT NULL,
    last_step     BIGINT NOT NULL,
    drift_steps   BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    confirmed_at  BIGINT,
    last_used_at  BIGINT
);
CREATE INDEX authenticator_apps_by_user ON authenticator_apps (user_id);

CREATE TABLE passkeys (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL REFERENCES users (id),
    credential_id {{BYTES}} NOT NULL UNIQUE,
    public_key    {{BYTES}} NOT NULL,
    sign_count    BIGINT NOT NULL,
    flags         BIGINT NOT NULL,
    record        TEXT NOT NULL,
    name          TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT,
    version       BIGINT NOT NULL
);
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at);

-- What a ceremony of Web Authentication began with: one browser, one use, five minutes.
CREATE TABLE passkey_ceremonies (
    id           TEXT PRIMARY KEY,
    browser_hash {{BYTES}} NOT NULL,
    user_id      TEXT REFERENCES users (id),
    purpose      TEXT NOT NULL,
    sealed_state {{BYTES}} NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX passkey_ceremonies_by_expiry ON passkey_ceremonies (expires_at);

-- Recovery codes on paper. The first signs of a code are its number, so that one hash is computed and not ten.
CREATE TABLE recovery_codes (
    user_id    TEXT NOT NULL REFERENCES users (id),
    number     TEXT NOT NULL,
    hash       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (user_id, number)
);

-- "This was not me": a link in each mail that carries a code, for the attempt that asked for it. A login attempt or a recovery.
CREATE TABLE not_me_links (
    token_hash  {{BYTES}} PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users (id),
    purpose     TEXT NOT NULL,
    attempt_id  TEXT,
    recovery_id TEXT,
    browser_name TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT
);
CREATE INDEX not_me_links_by_expiry ON not_me_links (expires_at);
CREATE INDEX not_me_links_by_user ON not_me_links (user_id);

-- What administrators are told once a day.
CREATE TABLE not_me_reports (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    company_id TEXT REFERENCES companies (id),
    at         BIGINT NOT NULL,
    told_at    BIGINT
);
CREATE INDEX not_me_reports_by_company ON not_me_reports (company_id, told_at);

-- Notices wait a moment, so that one login makes one mail.
CREATE TABLE notices (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    sealed     {{BYTES}} NOT NULL,
    created_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL
);
CREATE INDEX notices_by_turn ON notices (due_at);
CREATE INDEX notices_by_user ON notices (user_id);
