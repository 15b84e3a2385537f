-- Taking over the users of an application: imports, live legacy sources, rollouts in waves, rotation of keys.

-- Browsers on which a user has completed a login with both factors: mails asked for there have budgets of their own.
CREATE TABLE known_browsers (
    user_id       TEXT NOT NULL REFERENCES users (id),
    browser_hash  {{BYTES}} NOT NULL,
    last_login_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, browser_hash)
);
CREATE INDEX known_browsers_by_browser ON known_browsers (browser_hash);
CREATE INDEX known_browsers_by_age ON known_browsers (last_login_at);
-- Whose budget a code was sent from: empty for all browsers together that the user is not known on.
ALTER TABLE code_sends ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE user_id_requests ADD COLUMN browser_hash {{BYTES}};

-- Imports.
-- A keyed fingerprint of the hash as it was imported: the same hash is known when it comes again, without opening what is
-- sealed, also after the first login has put a better hash in its place.
ALTER TABLE legacy_credentials ADD COLUMN imported_mac {{BYTES}};

-- Rollouts in waves.
CREATE INDEX users_by_company_key ON users (company_id, id);
-- What was done of a company's timetable; `reached` is the last person that a mail step has come to.
CREATE TABLE rollout_steps (
    company_id TEXT NOT NULL REFERENCES companies (id),
    step       TEXT NOT NULL,
    due_at     BIGINT NOT NULL,
    begun_at   BIGINT NOT NULL,
    done_at    BIGINT,
    outcome    TEXT,
    reached    TEXT NOT NULL,
    mails      BIGINT NOT NULL,
    PRIMARY KEY (company_id, step)
);
CREATE INDEX rollout_steps_open ON rollout_steps (begun_at) WHERE done_at IS NULL;
-- One row a person and step, so that nobody gets a mail twice. The token of the link that stops reminders, as a hash.
CREATE TABLE rollout_mails (
    user_id    TEXT NOT NULL REFERENCES users (id),
    step       TEXT NOT NULL,
    message_id TEXT NOT NULL,
    stop_hash  {{BYTES}} NOT NULL UNIQUE,
    sent_at    BIGINT NOT NULL,
    PRIMARY KEY (user_id, step)
);
CREATE INDEX rollout_mails_by_time ON rollout_mails (sent_at);
-- People who want no more reminders, and companies whose mails an operator stopped.
CREATE TABLE rollout_stops (
    user_id    TEXT PRIMARY KEY REFERENCES users (id),
    stopped_at BIGINT NOT NULL
);
CREATE TABLE rollout_holds (
    company_id TEXT PRIMARY KEY REFERENCES companies (id),
    held_at    BIGINT NOT NULL
);
-- What mail servers reported; a permanent one counts while the address is the same and nothing proved it wrong.
CREATE TABLE mail_bounces (
    message_id   TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id),
    email_key    TEXT NOT NULL,
    status       TEXT NOT NULL,
    noted_at     BIGINT NOT NULL,
    permanent_at BIGINT,
    cleared_at   BIGINT
);
CREATE INDEX mail_bounces_by_user ON mail_bounces (user_id);
-- Messages of webhooks that were taken, so that a repeated one does nothing.
CREATE TABLE hook_messages (
    id          TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX hook_messages_by_age ON hook_messages (received_at);
-- People whose second factor was made to wait or was disabled. Counters name nobody, so this says whose to look at.
CREATE TABLE lock_notes (
    user_id  TEXT PRIMARY KEY REFERENCES users (id),
    noted_at BIGINT NOT NULL
);

-- Live legacy sources: how each is asked, as JSON, without its secrets; which companies and applications rest on one.
CREATE TABLE legacy_sources (
    name       TEXT PRIMARY KEY,
    spec       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
ALTER TABLE companies ADD COLUMN legacy_source TEXT REFERENCES legacy_sources (name);
ALTER TABLE applications ADD COLUMN legacy_source TEXT REFERENCES legacy_sources (name);

-- Rotation of keys.
-- Generations of keys that a node has had; a fingerprint tells that every node has the same. `resealed_at`: since then nothing is
-- sealed by an older one. `retired_at`: its keys are gone.
CREATE TABLE key_generations (
    no            BIGINT PRIMARY KEY,
    fingerprint   TEXT NOT NULL,
    active_from   BIGINT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    resealed_at   BIGINT,
    retired_at    BIGINT
);

-- Size: what is looked for or forgotten is found without reading a whole table.
CREATE INDEX codes_by_user ON codes (user_id);
CREATE INDEX code_sends_by_time ON code_sends (sent_at);
CREATE INDEX devices_by_attempt ON devices (attempt_id);
CREATE INDEX factor_removals_by_age ON factor_removals (created_at);
CREATE INDEX not_me_reports_by_age ON not_me_reports (at);
CREATE INDEX outbox_by_age ON outbox (created_at);
CREATE INDEX sessions_by_end ON sessions (ends_at);
CREATE INDEX user_id_requests_by_user ON user_id_requests (mailed_to) WHERE mailed_to IS NOT NULL;
CREATE INDEX cases_by_state ON cases (state, created_at, id);
CREATE INDEX users_of_staff ON users (role, name, id) WHERE company_id IS NULL;
-- Counters that are cleared together: the beginning of their names.
ALTER TABLE counters ADD COLUMN family TEXT;
CREATE INDEX counters_by_family ON counters (family) WHERE family IS NOT NULL;

-- Applications: what each path asks of whoever wants it, as a JSON list; empty where every path asks for a user.
ALTER TABLE applications ADD COLUMN path_rules TEXT NOT NULL DEFAULT '[]';

-- Contacts by country: a region may have several of one role; the one without a country is for whoever has none of their own.
CREATE TABLE contacts_by_country (
    id        TEXT PRIMARY KEY,
    region    TEXT NOT NULL REFERENCES regions (slug),
    role      TEXT NOT NULL,
    country   TEXT NOT NULL,
    phone     TEXT NOT NULL,
    email     TEXT NOT NULL,
    days      TEXT NOT NULL,
    opens     TEXT NOT NULL,
    closes    TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    UNIQUE (region, role, country)
);
INSERT INTO contacts_by_country (id, region, role, country, phone, email, days, opens, closes, time_zone)
    SELECT id, region, role, '', phone, email, days, opens, closes, time_zone FROM contacts;
DROP TABLE contacts;
ALTER TABLE contacts_by_country RENAME TO contacts;
