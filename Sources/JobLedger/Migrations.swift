import GRDB

/// The ledger's shape, one literal step after another; a released step is never edited.
func ledgerMigrator() -> DatabaseMigrator {
  var migrator = DatabaseMigrator()
  migrator.registerMigration("1") { database in
    try database.execute(
      sql: """
        CREATE TABLE job (
          id TEXT PRIMARY KEY, inbox TEXT NOT NULL, state TEXT NOT NULL, format TEXT NOT NULL,
          modality TEXT NOT NULL, series TEXT NOT NULL, study TEXT NOT NULL, recipe TEXT NOT NULL,
          recipeHash TEXT NOT NULL, recipeBody TEXT NOT NULL, recipeWhy TEXT NOT NULL,
          contentKey TEXT NOT NULL, version TEXT NOT NULL, outbox TEXT NOT NULL,
          originals TEXT NOT NULL, attempts INTEGER NOT NULL CHECK (attempts >= 0),
          reason TEXT NOT NULL, duplicateOf TEXT NOT NULL, warnings TEXT NOT NULL,
          createdAt REAL NOT NULL, queuedAt REAL, startedAt REAL, finishedAt REAL, notBefore REAL
        ) STRICT;
        CREATE INDEX job_by_state ON job (state);
        CREATE INDEX job_by_content ON job (contentKey, recipeHash);
        CREATE INDEX job_by_series ON job (series);
        CREATE TABLE jobFile (
          job TEXT NOT NULL REFERENCES job (id), name TEXT NOT NULL, source TEXT NOT NULL,
          bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, sopInstanceUID TEXT NOT NULL,
          inode INTEGER NOT NULL, device INTEGER NOT NULL, modified INTEGER NOT NULL,
          changed INTEGER NOT NULL, PRIMARY KEY (job, name)
        ) STRICT;
        CREATE INDEX jobFile_by_source ON jobFile (source);
        CREATE INDEX jobFile_by_instance ON jobFile (sopInstanceUID);
        CREATE TABLE event (
          id INTEGER PRIMARY KEY, job TEXT NOT NULL, at REAL NOT NULL, event TEXT NOT NULL,
          line TEXT NOT NULL
        ) STRICT;
        CREATE INDEX event_by_job ON event (job);
        CREATE TABLE request (
          id INTEGER PRIMARY KEY, verb TEXT NOT NULL, job TEXT NOT NULL, at REAL NOT NULL
        ) STRICT;
        """)
  }
  return migrator
}
