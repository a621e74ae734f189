/// The ledger as the first release made it, with a bit of everything in it; never to be edited.
///
/// Later releases have to take it over with nothing lost.
enum FirstSchema {
  static let sql = """
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
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('1');
    INSERT INTO job VALUES (
      '20261121T081530Z-MR-3f9c21aa', 'mri', 'published', 'DICOM', 'MR', '1.2.3', '1.2', 'keep',
      'aa', '{}', 'its condition holds', 'cc', '0.1', '/out', 'archive', 1, '', '', '',
      1795000000.5, 1795000001, 1795000002, 1795000003, NULL
    );
    INSERT INTO job VALUES (
      '20261121T081531Z-CT-00000001', 'ct', 'held', 'NIfTI', 'CT', '', '', '', '', '', '', 'dd',
      '0.1', '/out', 'leave', 0, 'no recipe fits', '', '', 1795000009, NULL, NULL, NULL, NULL
    );
    INSERT INTO jobFile VALUES (
      '20261121T081530Z-MR-3f9c21aa', 'a/1.dcm', '/in/a/1.dcm', 7, 'ee', '1.2.3.4', 11, 12, 13, 14
    );
    INSERT INTO event VALUES (1, '20261121T081530Z-MR-3f9c21aa', 1795000003, 'job.published', '{}');
    INSERT INTO request VALUES (1, 'release', '20261121T081531Z-CT-00000001', 1795000010);
    """
}
