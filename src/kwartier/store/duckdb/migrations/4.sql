-- From version 3 to 4. What these tables hold stands in schema.sql; the views follow of themselves.

CREATE TABLE publications (folder VARCHAR NOT NULL);
