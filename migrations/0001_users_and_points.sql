-- user_db: who people are, and the ledger of their points. Written for MySQL 8.4 and MariaDB 10.11 alike.

CREATE TABLE users (
    user_id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    login_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name          VARCHAR(50) NOT NULL,
    phone         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_type     TINYINT UNSIGNED NOT NULL COMMENT '0 runner, 1 organizer',
    gender        CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NULL,
    birth_date    DATE NULL,
    total_point   BIGINT NOT NULL DEFAULT 0 COMMENT 'the sum of the user''s points, always',
    created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    PRIMARY KEY (user_id),
    CONSTRAINT users_login_id UNIQUE (login_id),
    -- The ranking reads runners from the top.
    KEY users_ranking (user_type, total_point DESC, user_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE points (
    point_id    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    event_id    VARCHAR(64) NOT NULL COMMENT 'what makes a delivery the same delivery',
    user_id     BIGINT UNSIGNED NOT NULL,
    marathon_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    bib         VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    point       BIGINT NOT NULL COMMENT 'negative when taken back',
    reason      VARCHAR(200) NOT NULL,
    created_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    notified_at DATETIME(3) NULL COMMENT 'when the notice of it was published',
    PRIMARY KEY (point_id),
    CONSTRAINT points_event_id UNIQUE (event_id),
    CONSTRAINT points_user FOREIGN KEY (user_id) REFERENCES users (user_id),
    KEY points_of_user (user_id, point_id),
    KEY points_of_record (marathon_id, bib)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE refresh_tokens (
    token_hash BINARY(32) NOT NULL COMMENT 'SHA-256 of the token',
    user_id    BIGINT UNSIGNED NOT NULL,
    family     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the login it descends from',
    expires_at DATETIME NOT NULL,
    PRIMARY KEY (token_hash),
    CONSTRAINT refresh_tokens_user FOREIGN KEY (user_id) REFERENCES users (user_id),
    KEY refresh_tokens_of_user (user_id),
    KEY refresh_tokens_of_family (family)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
