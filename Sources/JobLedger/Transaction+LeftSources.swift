public import Disk
import GRDB

extension Transaction {
  /// What the originals were like that jobs took and left in the inbox, by their encoded paths.
  ///
  /// - Parameter paths: The paths to ask for; nil for all.
  /// - Returns: For each path the states in which it was taken.
  /// - Throws: `DatabaseError`.
  public func leftSources(at paths: [String]?) throws -> [String: [FileStatus]] {
    let query = """
      SELECT jobFile.source, jobFile.bytes, jobFile.modified, jobFile.changed, jobFile.inode,
      jobFile.device FROM jobFile JOIN job ON job.id = jobFile.job WHERE job.originals = 'leave'
      """
    var found: [String: [FileStatus]] = [:]
    func note(_ row: Row) {
      let inode: Int64 = row["inode"]
      let device: Int64 = row["device"]
      found[row["source"], default: []].append(
        FileStatus(
          kind: .file, size: row["bytes"], modified: row["modified"], changed: row["changed"],
          inode: UInt64(bitPattern: inode), device: UInt64(bitPattern: device)))
    }
    guard let paths else {
      let rows = try Row.fetchCursor(database, sql: query)
      while let row = try rows.next() { note(row) }
      return found
    }
    let statement = try database.cachedStatement(sql: query + " AND jobFile.source = ?")
    for path in paths {
      let rows = try Row.fetchCursor(statement, arguments: [path])
      while let row = try rows.next() { note(row) }
    }
    return found
  }
}
