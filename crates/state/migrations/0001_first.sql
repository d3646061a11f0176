-- Names differ by more than letter case: the secret stores and lock files of some systems ignore it.
CREATE TABLE connections (
    name                 TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    profile              TEXT NOT NULL,
    tenant_id            TEXT,
    client_id            TEXT,
    certificate          TEXT COLLATE NOCASE,
    previous_certificate TEXT COLLATE NOCASE,
    updated_at           TEXT NOT NULL,
    document             TEXT NOT NULL
) STRICT;

CREATE TABLE certificates (
    name       TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    thumbprint TEXT,
    document   TEXT NOT NULL
) STRICT;

CREATE INDEX certificates_by_thumbprint ON certificates (thumbprint);

CREATE TABLE reports (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    connection TEXT NOT NULL COLLATE NOCASE REFERENCES connections (name) ON DELETE CASCADE,
    started    TEXT NOT NULL,
    verdict    TEXT NOT NULL,
    document   TEXT NOT NULL
) STRICT;

CREATE INDEX reports_by_connection ON reports (connection, id);

-- Which secret store holds which secret, never a secret itself. The higher revision is the newer copy.
CREATE TABLE secret_index (
    id       TEXT NOT NULL,
    store    TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id, store)
) STRICT, WITHOUT ROWID;

-- A certificate with the names of the connections that use it; names hold no spaces.
CREATE VIEW certificates_and_uses (name, thumbprint, document, used_by) AS
SELECT name, thumbprint, document,
       (SELECT group_concat(connections.name, ' ' ORDER BY connections.name)
          FROM connections
         WHERE connections.certificate = certificates.name
            OR connections.previous_certificate = certificates.name)
  FROM certificates;
