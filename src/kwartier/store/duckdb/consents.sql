-- name: all_wordings
-- The words that customers agree to, the oldest first.
SELECT * FROM consent_wordings ORDER BY added_at, version, "language";

-- name: add_wording
-- Keep the words of a version.
INSERT INTO consent_wordings (version, "language", "text", added_at)
VALUES ($version, $language, $text, $added_at);

-- name: consents
-- What was agreed to under some reference numbers, or any, the oldest first.
SELECT * FROM consents WHERE $references IS NULL OR list_contains($references, reference_number)
ORDER BY given_at, reference_number, purpose, wording;

-- name: add_consents
-- Keep what was agreed to.
INSERT INTO consents BY NAME SELECT * FROM new_consents;

-- name: withdraw_consents
-- What stands for a purpose under some reference numbers holds no longer.
UPDATE consents SET withdrawn_at = $withdrawn_at
WHERE list_contains($references, reference_number) AND purpose = $purpose AND withdrawn_at IS NULL;
