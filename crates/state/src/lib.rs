//! What we remember: the SQLite file and its migrations, connections, reports; the secret stores.
