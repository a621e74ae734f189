package import GRDB

/// The ledger's shape, one literal step after another; a released step is never edited.
package func ledgerMigrator() -> DatabaseMigrator {
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
  // Lists and requests stay quick beside 100,000 jobs, and removals are noted before they begin.
  migrator.registerMigration("2 order, look-up, removals") { database in
    try database.execute(
      sql: """
        DROP INDEX job_by_state;
        CREATE INDEX job_by_state_and_age ON job (state, createdAt, id);
        CREATE INDEX job_by_age ON job (createdAt, id);
        CREATE INDEX job_by_study ON job (study);
        CREATE INDEX jobFile_by_name ON jobFile (name);
        CREATE TABLE removal (
          job TEXT PRIMARY KEY REFERENCES job (id), meantAt REAL NOT NULL, doneAt REAL
        ) STRICT;
        CREATE INDEX request_by_job ON request (job);
        """)
  }
  migrator.registerMigration("3 predicted memory") { database in
    try database.execute(
      sql: "ALTER TABLE job ADD COLUMN predictedMemory INTEGER NOT NULL DEFAULT 0")
  }
  migrator.registerMigration("4 reserved space") { database in
    try database.execute(
      sql: "ALTER TABLE job ADD COLUMN outputBytes INTEGER NOT NULL DEFAULT 0")
  }
  // Late files of a published series make a new revision that names what it supersedes.
  migrator.registerMigration("5 revisions") { database in
    try database.execute(
      sql: """
        ALTER TABLE job ADD COLUMN supersedes TEXT;
        ALTER TABLE job ADD COLUMN revision INTEGER;
        CREATE INDEX job_by_superseded ON job (supersedes) WHERE supersedes IS NOT NULL;
        """)
  }
  return migrator
}
