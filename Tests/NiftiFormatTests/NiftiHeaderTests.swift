import Foundation
import NiftiFormat
import Testing

@Suite struct NiftiHeaderTests {
  /// A header that nibabel wrote with another value in every field.
  struct Sample: Decodable {
    var bytes: String
    var fields: [String: [Double]]
    var order: String
    var version: Int

    /// The header as it lies in a file.
    var content: [UInt8] {
      let digits = Array(bytes.utf8)
      return stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
      }
    }
  }

  @Test("Every field that nibabel writes is read, in both versions and byte orders")
  func fields() throws {
    let samples = try Expected.load([Sample].self, "headers.json")
    #expect(samples.count == 4)
    for sample in samples {
      let header = try NiftiHeader.parse(sample.content)
      #expect(header.version.rawValue == sample.version)
      #expect(header.isBigEndian == (sample.order == ">"))
      for (name, expected) in sample.fields where name != "sizeof_hdr" {
        #expect(header.values(of: name) == expected, "\(name)")
      }
    }
  }

  @Test("A header that is read and written is the same, byte by byte")
  func roundTrip() throws {
    for sample in try Expected.load([Sample].self, "headers.json") {
      #expect(try NiftiHeader.parse(sample.content).encoded == sample.content)
    }
  }

  @Test("A wrong sizeof_hdr does not hide a NIfTI-1 header", arguments: [false, true])
  func wrongSize(isBigEndian: Bool) throws {
    var bytes = TestNifti(isBigEndian: isBigEndian).bytes
    bytes.replaceSubrange(0..<4, with: [9, 9, 9, 9])
    #expect(try NiftiHeader.parse(bytes).shape == [3, 4, 2])
    #expect(try NiftiHeader.parse(bytes).isBigEndian == isBigEndian)
  }

  @Test("Counts that are not positive, or more than any file holds, are refused")
  func lyingCounts() {
    let lies: [[Int]] = [
      [0], [8, 1, 1, 1, 1, 1, 1, 1], [-1, 1], [3, 0, 1, 1], [3, 1, -4, 1], [4, 2, 2, 2, -1],
      [7] + Array(repeating: 32_767, count: 7),
    ]
    for lie in lies {
      var file = TestNifti()
      file.header.dim.replaceSubrange(0..<lie.count, with: lie)
      #expect(throws: NiftiError.self) { try NiftiHeader.parse(file.header.encoded) }
    }
  }

  @Test("A count of zero after the third axis means one")
  func zeroCount() throws {
    var file = TestNifti()
    file.header.dim = [5, 3, 4, 2, 0, 0, 1, 1]
    let header = try NiftiHeader.parse(file.header.encoded)
    #expect(header.shape == [3, 4, 2, 1, 1])
    #expect(header.trimmedShape == [3, 4, 2])
    #expect(header.volumeCount == 1)
  }

  @Test("Offsets and types that cannot be are refused")
  func lyingFields() {
    for offset in [-1, .nan, .infinity, 1e30] {
      var file = TestNifti()
      file.header.voxOffset = offset
      #expect(throws: NiftiError.self) { try NiftiHeader.parse(file.header.encoded) }
    }
    for datatype in [0, 3, -9510, 2826] {
      var file = TestNifti()
      file.header.datatype = datatype
      #expect(throws: NiftiError.self) { try NiftiHeader.parse(file.header.encoded) }
    }
  }
}

extension NiftiHeader {
  /// The numbers or bytes of a field, by the standard's name.
  fileprivate func values(of name: String) -> [Double]? {
    let numbers: [String: [Double]] = [
      "dim": dim.map(Double.init), "datatype": [Double(datatype)], "bitpix": [Double(bitpix)],
      "pixdim": pixdim, "vox_offset": [voxOffset], "scl_slope": [sclSlope],
      "scl_inter": [sclInter], "cal_max": [calMax], "cal_min": [calMin],
      "xyzt_units": [Double(xyztUnits)], "qform_code": [Double(qformCode)],
      "sform_code": [Double(sformCode)], "quatern_b": [quatern[0]], "quatern_c": [quatern[1]],
      "quatern_d": [quatern[2]], "qoffset_x": [qoffset[0]], "qoffset_y": [qoffset[1]],
      "qoffset_z": [qoffset[2]], "srow_x": Array(srow[0..<4]), "srow_y": Array(srow[4..<8]),
      "srow_z": Array(srow[8..<12]), "intent_code": [Double(intentCode)],
      "intent_p1": [intentParameters[0]], "intent_p2": [intentParameters[1]],
      "intent_p3": [intentParameters[2]], "dim_info": [Double(dimInfo)],
      "slice_start": [Double(sliceStart)], "slice_end": [Double(sliceEnd)],
      "slice_code": [Double(sliceCode)], "slice_duration": [sliceDuration],
      "toffset": [toffset], "extents": [Double(extents)],
      "session_error": [Double(sessionError)], "glmax": [Double(glmax)],
      "glmin": [Double(glmin)],
    ]
    let texts: [String: [UInt8]] = [
      "intent_name": intentName, "descrip": descrip, "aux_file": auxFile, "data_type": dataType,
      "db_name": dbName, "unused_str": unusedStr, "magic": magic, "regular": [UInt8(regular)],
    ]
    return numbers[name] ?? texts[name].map { $0.map(Double.init) }
  }
}
