-- name: data_owners
-- Some data owners, or all, with the customer that each is the reference of, the oldest first.
SELECT d.*, r.customer_id, r.created_at
FROM data_owners d
JOIN customer_references r ON r.provider = d.provider AND r.reference_number = d.data_owner
WHERE $names IS NULL OR d.data_owner IN (SELECT unnest($names))
ORDER BY r.created_at, d.data_owner;

-- name: put_data_owners
-- Add data owners, or change since when they share; of a known one the address stays.
MERGE INTO data_owners USING new_data_owners n
ON data_owners.provider = n.provider AND data_owners.data_owner = n.data_owner
WHEN MATCHED THEN UPDATE SET since = n.since
WHEN NOT MATCHED THEN INSERT (provider, data_owner, since)
    VALUES (n.provider, n.data_owner, n.since);

-- name: put_addresses
-- Keep delivery addresses as last fetched.
MERGE INTO data_owners USING new_addresses n
ON data_owners.provider = n.provider AND data_owners.data_owner = n.data_owner
WHEN MATCHED THEN UPDATE SET street = n.street, house_number = n.house_number,
    house_number_addition = n.house_number_addition, postal_code = n.postal_code, city = n.city,
    country = n.country, address_fetched_at = n.address_fetched_at;

-- name: forget_address
-- Let go of the delivery addresses of some data owners, and that they were ever fetched.
UPDATE data_owners SET street = NULL, house_number = NULL, house_number_addition = NULL,
    postal_code = NULL, city = NULL, country = NULL, address_fetched_at = NULL
WHERE list_contains($names, data_owner);

-- name: remove_data_owner
-- A data owner is nobody's any more.
DELETE FROM data_owners WHERE provider = $provider AND data_owner = $data_owner;

-- name: remove_its_reference
-- It is the reference number of no customer any more.
DELETE FROM customer_references WHERE provider = $provider AND reference_number = $data_owner;

-- name: remove_its_consents
-- What the customer agreed to under it was not whose it is.
DELETE FROM consents WHERE reference_number = $data_owner;

-- name: forget_customer
-- Let go of what is noted of some customers beside their id.
UPDATE customers SET "label" = '', enterprise_number = NULL, contact = NULL
WHERE list_contains($names, customer_id);
