-- From version 4 to 5. What the tables hold stands in schema.sql.

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

CREATE TABLE environments (
    provider VARCHAR NOT NULL,
    environment VARCHAR NOT NULL
);

ALTER TABLE receipts ALTER COLUMN granularity DROP NOT NULL;

ALTER TABLE consents ADD COLUMN withdrawn_at TIMESTAMPTZ;
