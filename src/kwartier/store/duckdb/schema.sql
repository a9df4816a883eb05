-- The store's tables. Instants are UTC; a row's key is (series_id, "start"), kept by the commit
-- and not by an index (an index makes commits twelve times slower and the file nine times larger).

CREATE TABLE meta (version INTEGER NOT NULL, created_at TIMESTAMPTZ NOT NULL);

-- What identifies a series, and what only describes it (as of described_at).
CREATE TABLE series (
    series_id INTEGER NOT NULL,
    provider VARCHAR NOT NULL,
    metering_point VARCHAR NOT NULL,
    energy_type VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    meter_id VARCHAR,
    sub_headpoint VARCHAR,
    granularity VARCHAR NOT NULL,
    direction VARCHAR NOT NULL,
    register VARCHAR NOT NULL,
    unit VARCHAR,
    metering_type VARCHAR,
    seq_number VARCHAR,
    sub_headpoint_type VARCHAR,
    installation_type VARCHAR,
    vreg_id VARCHAR,
    described_at TIMESTAMPTZ NOT NULL
);

-- The pairs of validation state and gas conversion factor that occur.
CREATE TABLE qualities (
    quality_id SMALLINT NOT NULL,
    validation_state VARCHAR,
    gas_conversion_factor VARCHAR
);

-- Current values, laid by month, then series and start. They end "duration_us" microseconds later:
-- almost always the same number, which costs no room.
CREATE TABLE "values" (
    series_id INTEGER NOT NULL,
    "start" TIMESTAMPTZ NOT NULL,
    duration_us BIGINT NOT NULL,
    "value" DOUBLE,
    quality_id SMALLINT NOT NULL,
    fetch_id INTEGER NOT NULL
);

-- Rows that a later fetch revised or removed.
CREATE TABLE revisions (
    series_id INTEGER NOT NULL,
    "start" TIMESTAMPTZ NOT NULL,
    duration_us BIGINT NOT NULL,
    "value" DOUBLE,
    quality_id SMALLINT NOT NULL,
    fetch_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    change VARCHAR NOT NULL
);

-- What was asked and answered. "rows" and "undecoded" count what the answer held.
CREATE TABLE fetches (
    fetch_id INTEGER NOT NULL,
    provider VARCHAR NOT NULL,
    metering_point VARCHAR NOT NULL,
    energy_type VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    window_start TIMESTAMPTZ NOT NULL,
    window_end TIMESTAMPTZ NOT NULL,
    granularities VARCHAR[] NOT NULL,
    planned_at TIMESTAMPTZ NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    error VARCHAR,
    "rows" INTEGER NOT NULL,
    undecoded INTEGER NOT NULL
);

-- Measured time of which a read-time fetch has the last word, on what is absent too: what it asked
-- for, without the parts of its answer that could not be decoded.
CREATE TABLE fetch_scopes (
    fetch_id INTEGER NOT NULL,
    metering_point VARCHAR NOT NULL,
    granularity VARCHAR NOT NULL,
    "start" TIMESTAMPTZ NOT NULL,
    "end" TIMESTAMPTZ NOT NULL
);

-- What is known of each metering point's time, per granularity, in as few stretches as say the
-- same; "kind" is one of
--   settled      measured time that successful fetches asked for
--   inserted     the windows of their insert-time fetches
--   read         when the first read-time fetch was planned ("start" and "end" are that instant)
--   complete, estimated, provisional
--                local days of which every value is there, or some value is an estimate, or gas by
--                a provisional conversion factor
--   tried_gap, tried_estimated, tried_provisional
--                what read-time fetches asked for in vain: "times" again, the last planned "last_at"
CREATE TABLE timelines (
    metering_point VARCHAR NOT NULL,
    granularity VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    "start" TIMESTAMPTZ NOT NULL,
    "end" TIMESTAMPTZ NOT NULL,
    times INTEGER NOT NULL,
    last_at TIMESTAMPTZ
);

-- Values that are there, per series and local day; rows without a value are not counted.
CREATE TABLE coverage (
    series_id INTEGER NOT NULL,
    "day" DATE NOT NULL,
    present INTEGER NOT NULL,
    estimated INTEGER NOT NULL,
    provisional INTEGER NOT NULL
);

CREATE TABLE customers (
    customer_id VARCHAR NOT NULL,
    "label" VARCHAR NOT NULL,
    flow VARCHAR NOT NULL,
    enterprise_number VARCHAR,
    "language" VARCHAR NOT NULL,
    contact VARCHAR
);

CREATE TABLE customer_references (
    reference_number VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- What is known of data owners (of Eneco) beside whose they are: a data owner is the reference number
-- of its provider under which the customer's contracts are found. "since" is the first instant
-- shared, where no list of contracts tells it. The delivery address as last fetched, all null when
-- none is known; "address_fetched_at" is null until one was asked for.
CREATE TABLE data_owners (
    provider VARCHAR NOT NULL,
    data_owner VARCHAR NOT NULL,
    since TIMESTAMPTZ,
    street VARCHAR,
    house_number VARCHAR,
    house_number_addition VARCHAR,
    postal_code VARCHAR,
    city VARCHAR,
    country VARCHAR,
    address_fetched_at TIMESTAMPTZ
);

-- Which environment of each provider the store is filled from: production and its sandbox are never
-- mixed in one store.
CREATE TABLE environments (
    provider VARCHAR NOT NULL,
    environment VARCHAR NOT NULL
);

-- The words that customers agree to, by version and language. Only ever added to.
CREATE TABLE consent_wordings (
    version VARCHAR NOT NULL,
    "language" VARCHAR NOT NULL,
    "text" VARCHAR NOT NULL,
    added_at TIMESTAMPTZ NOT NULL
);

-- What customers agreed to under each reference number, beside the mandates, and in which words.
-- "withdrawn_at" is null while it stands. Nothing else of a row ever changes, and rows are only
-- added; those under a data owner that was given to the wrong customer go with it.
CREATE TABLE consents (
    reference_number VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    wording VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);

-- Mandates as the provider last stated them.
CREATE TABLE mandates (
    mandate_id INTEGER NOT NULL,
    provider VARCHAR NOT NULL,
    contract_number VARCHAR NOT NULL,
    reference_number VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    data_service_type VARCHAR NOT NULL,
    metering_point VARCHAR,
    energy_type VARCHAR,
    granularities VARCHAR[] NOT NULL,
    period_start TIMESTAMPTZ,
    period_end TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    renewal_status VARCHAR,
    first_seen_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    is_ambiguous BOOLEAN NOT NULL,
    missing_since TIMESTAMPTZ
);

-- When each provider stated the list of mandates that was recorded last, and the last whole one:
-- all mandates, each of them readable.
CREATE TABLE mandate_lists (
    provider VARCHAR NOT NULL,
    latest TIMESTAMPTZ NOT NULL,
    whole TIMESTAMPTZ
);

-- The ledger of consents: what each list changed. Only ever added to.
CREATE TABLE mandate_ledger (
    entry_id INTEGER NOT NULL,
    message_id VARCHAR NOT NULL,
    mandate_id INTEGER NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    kind VARCHAR NOT NULL,
    fields STRUCT(field VARCHAR, "before" VARCHAR, "after" VARCHAR)[] NOT NULL
);

-- How the receivers of changes took the ledger's entries, one row for each that was tried.
-- "due_at" is null once it was taken; an entry without a row was never tried.
CREATE TABLE mandate_deliveries (
    sink VARCHAR NOT NULL,
    entry_id INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    tried_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ,
    error VARCHAR
);

-- The folders of datasets published from this store: a retraction has to reach them too.
CREATE TABLE publications (folder VARCHAR NOT NULL);

-- Between which instants the rows of each series lie, revisions too.
CREATE TABLE extents (
    series_id INTEGER NOT NULL,
    "first" TIMESTAMPTZ NOT NULL,
    "last" TIMESTAMPTZ NOT NULL
);

-- What people decided on what may be held. Only ever added to.
CREATE TABLE retention_decisions (
    decision_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    mandate_id INTEGER,
    "order" VARCHAR,
    "start" TIMESTAMPTZ,
    "end" TIMESTAMPTZ,
    decided_at TIMESTAMPTZ NOT NULL,
    decided_by VARCHAR NOT NULL,
    why VARCHAR NOT NULL
);

-- Receipts of what was erased, each with the hash of the one before. Only ever added to. Those of
-- what was noted of a customer, and of delivery addresses, have no granularity.
CREATE TABLE receipts (
    number INTEGER NOT NULL,
    erased_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    metering_point VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    energy_type VARCHAR NOT NULL,
    granularity VARCHAR,
    bounds STRUCT("start" TIMESTAMPTZ, "end" TIMESTAMPTZ)[] NOT NULL,
    suppressed STRUCT("start" TIMESTAMPTZ, "end" TIMESTAMPTZ)[] NOT NULL,
    "values" BIGINT NOT NULL,
    revisions BIGINT NOT NULL,
    days INTEGER NOT NULL,
    previous VARCHAR NOT NULL,
    hash VARCHAR NOT NULL
);

-- The receipts of which bytes may be left in the store's file, or in published ones.
CREATE TABLE erasing (number INTEGER NOT NULL);

-- The key of the digests that stand for EANs and reference numbers in receipts.
CREATE TABLE receipt_key ("key" BLOB NOT NULL);
