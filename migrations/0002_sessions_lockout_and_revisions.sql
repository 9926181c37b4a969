-- What rotation of refresh tokens, lockout after failed logins, and corrections of users need.

ALTER TABLE users
    ADD COLUMN revision INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'one more with every change by the user',
    ADD COLUMN deleted_at DATETIME(3) NULL COMMENT 'when the personal data was erased';

ALTER TABLE refresh_tokens
    ADD COLUMN used_at DATETIME NULL COMMENT 'a used token that comes again was stolen';

-- By the hash of what was typed, whether an account has it or not, so that a lockout does not tell which exist.
CREATE TABLE login_failures (
    login_hash   BINARY(32) NOT NULL COMMENT 'SHA-256 of the login id',
    failures     INT UNSIGNED NOT NULL,
    locked_until DATETIME(3) NOT NULL,
    PRIMARY KEY (login_hash),
    KEY login_failures_stale (locked_until)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
