-- name: about
-- Whom, or which metering point, a snapshot is about.
CREATE TEMP TABLE about_customer AS
SELECT $customer_id::VARCHAR AS customer_id, $metering_point::VARCHAR AS metering_point;

-- name: narrow
-- Lay temporary tables over those of customers and mandates: the customer, and whoever shares a metering point.
CREATE TEMP TABLE about_references AS
SELECT provider, reference_number FROM customer_references SEMI JOIN about_customer USING (customer_id);
CREATE TEMP TABLE about_points AS
SELECT m.provider, m.metering_point
FROM mandates m SEMI JOIN about_references USING (provider, reference_number)
WHERE m.metering_point IS NOT NULL
UNION
SELECT d.provider, d.data_owner
FROM data_owners d JOIN about_references r
  ON r.provider = d.provider AND r.reference_number = d.data_owner
UNION
SELECT s.provider, s.metering_point FROM series s SEMI JOIN about_customer USING (metering_point)
UNION
SELECT m.provider, m.metering_point FROM mandates m SEMI JOIN about_customer USING (metering_point);
CREATE TEMP TABLE about_mandates AS
SELECT m.mandate_id FROM mandates m SEMI JOIN about_references USING (provider, reference_number)
UNION
SELECT m.mandate_id FROM mandates m SEMI JOIN about_points USING (provider, metering_point);
CREATE TEMP TABLE mandates AS FROM mandates SEMI JOIN about_mandates USING (mandate_id);
CREATE TEMP TABLE customer_references AS
SELECT * FROM customer_references
WHERE customer_id IN (SELECT customer_id FROM about_customer)
   OR (provider, reference_number) IN (SELECT (provider, reference_number) FROM mandates);
CREATE TEMP TABLE customers AS
SELECT * FROM customers
WHERE customer_id IN (SELECT customer_id FROM about_customer)
   OR customer_id IN (SELECT customer_id FROM customer_references);
CREATE TEMP TABLE data_owners AS
SELECT d.* FROM data_owners d
SEMI JOIN customer_references r ON r.provider = d.provider AND r.reference_number = d.data_owner;
CREATE TEMP TABLE consents AS
FROM consents SEMI JOIN customer_references USING (reference_number);
CREATE TEMP TABLE mandate_ledger AS FROM mandate_ledger SEMI JOIN about_mandates USING (mandate_id);
CREATE TEMP TABLE mandate_deliveries AS FROM mandate_deliveries SEMI JOIN mandate_ledger USING (entry_id);
CREATE TEMP TABLE retention_decisions AS
SELECT * FROM retention_decisions
WHERE mandate_id IS NULL OR mandate_id IN (SELECT mandate_id FROM about_mandates);
CREATE TEMP TABLE series AS FROM series SEMI JOIN about_points USING (provider, metering_point);
CREATE TEMP TABLE extents AS FROM extents SEMI JOIN series USING (series_id);

-- name: widen
-- Take the temporary tables away again.
DROP TABLE temp.extents;
DROP TABLE temp.series;
DROP TABLE temp.retention_decisions;
DROP TABLE temp.mandate_deliveries;
DROP TABLE temp.mandate_ledger;
DROP TABLE temp.consents;
DROP TABLE temp.data_owners;
DROP TABLE temp.customers;
DROP TABLE temp.customer_references;
DROP TABLE temp.mandates;
DROP TABLE temp.about_mandates;
DROP TABLE temp.about_points;
DROP TABLE temp.about_references;
DROP TABLE temp.about_customer;
