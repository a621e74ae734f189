// swift-tools-version: 6.2

import PackageDescription

/// Every target is held to the same language rules.
let language: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// One instruction-set level for the whole process: stdlib specialisations are weak symbols,
/// so a module built for AVX2 would leak AVX2 code into one built without it.
///
/// `make release` builds the whole program a second time, for the workers of machines that have
/// more (`RESTORAD_BUILD_LEVEL=v4`, in a scratch folder of its own).
#if arch(x86_64)
let level = Context.environment["RESTORAD_BUILD_LEVEL"] ?? "v3"
let march = "-march=x86-64-" + level
let wide: [SwiftSetting] = level == "v4" ? [.define("WIDE_LANES")] : []
let cpu = ["-Xcc", march, "-Xcc", "-fno-math-errno"]
let cpuC = [march, "-fno-math-errno", "-Wall", "-Wextra", "-Werror"]
#else
let wide: [SwiftSetting] = []
let cpu: [String] = ["-Xcc", "-fno-math-errno"]
let cpuC: [String] = ["-fno-math-errno", "-Wall", "-Wextra", "-Werror"]
#endif
let swiftSettings = language + [.strictMemorySafety(), .unsafeFlags(cpu)]

/// Kernels check their counts once, at the door; inside the loops nothing traps.
///
/// The compiler refuses to combine that with its memory-safety mode.
let kernelSettings =
  language + wide
  + [.unsafeFlags(cpu), .unsafeFlags(["-Ounchecked"], .when(configuration: .release))]

/// DCMTK's libraries, in link order.
let dcmtk = [
  "dcmjpls", "dcmtkcharls", "dcmjpeg", "ijg16", "ijg12", "ijg8", "dcmimgle", "dcmdata", "oflog",
  "ofstd",
]

/// A target of the house: its name, what stands below it, and nothing else.
func room(
  _ name: String, _ dependencies: [Target.Dependency] = [],
  settings: [SwiftSetting] = swiftSettings
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["RestoradTestSupport"], exclude: exclude,
    swiftSettings: swiftSettings)
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let signals: Target.Dependency = .product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "restorad",
  products: [.executable(name: "restorad", targets: ["restorad"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "CLanes", cSettings: [.unsafeFlags(cpuC)]),
    .target(name: "CLinux"),
    .target(name: "CFourier", cxxSettings: [.unsafeFlags(cpuC + ["-fvisibility=hidden"])]),
    .target(
      name: "CDicomBridge",
      // OpenJPEG's header lies in a folder of its version's name.
      cxxSettings: [
        .unsafeFlags([
          "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror", "-isystem",
          "/usr/include/openjpeg-2.5",
        ])
      ],
      linkerSettings: dcmtk.map { .linkedLibrary($0) } + [
        .linkedLibrary("openjp2"), .linkedLibrary("z"),
      ]),
    .systemLibrary(name: "CArchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CIsal", providers: [.apt(["libisal-dev"])]),

    room("VolumeModel"),
    room("ScanModel", ["VolumeModel"]),
    room(
      "RestorationKernels", ["CFourier", "CLanes", "VolumeModel"], settings: kernelSettings),
    room("Restoration", ["RestorationKernels", "VolumeModel"], settings: kernelSettings),
    room("Quality", ["RestorationKernels", "VolumeModel"], settings: kernelSettings),
    room("ArchiveFormat", ["CArchive"]),
    room("NiftiFormat", ["CIsal", "ScanModel", "VolumeModel"]),
    room("DicomFormat", ["CDicomBridge", "ScanModel", "VolumeModel", crypto]),
    room("Recipes", ["Restoration", "ScanModel", "VolumeModel", crypto, yams]),
    room("Configuration", ["Recipes", "ScanModel", yams]),
    room("EventLog", [log]),
    room("Disk", ["CLinux", crypto, system]),
    room(
      "Worker",
      [
        "ArchiveFormat", "CLinux", "DicomFormat", "Disk", "NiftiFormat", "Quality", "Recipes",
        "Restoration", "ScanModel", "VolumeModel", crypto, system,
      ]),
    room("JobLedger", ["Disk", "EventLog", "ScanModel", grdb]),
    room("InboxWatch", ["CLinux", "Disk", "EventLog", log, system]),
    room(
      "Spool",
      [
        "CLinux", "Configuration", "Disk", "EventLog", "InboxWatch", "JobLedger", "Recipes",
        "ScanModel", "Worker", crypto, log, system,
      ]),
    room(
      "RestoradDaemon",
      [
        "CLinux", "Configuration", "Disk", "EventLog", "JobLedger", "Spool", "Worker", log,
        lifecycle, signals,
        system,
      ]),
    .executableTarget(
      name: "restorad",
      dependencies: [
        "Configuration", "DicomFormat", "Disk", "EventLog", "InboxWatch", "JobLedger",
        "NiftiFormat", "Quality",
        "Recipes", "RestoradDaemon", "ScanModel", "Spool", "VolumeModel", "Worker", arguments,
        log, system,
      ],
      swiftSettings: swiftSettings,
      // The executable runs where there is no Swift: it carries the standard library and Foundation.
      linkerSettings: [
        .unsafeFlags([
          "-static-stdlib", "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims",
          "-l_FoundationCollections",
        ])
      ]),

    // Times single kernels for `make bench`; no product of the package, and not installed.
    .executableTarget(
      name: "KernelBench",
      dependencies: [
        "DicomFormat", "NiftiFormat", "Quality", "Recipes", "Restoration", "RestorationKernels",
        "ScanModel", "VolumeModel", arguments,
      ],
      swiftSettings: swiftSettings),

    .target(
      name: "RestoradTestSupport", dependencies: ["VolumeModel"], path: "Tests/RestoradTestSupport",
      swiftSettings: swiftSettings),
    .target(
      name: "SpoolTestSupport",
      dependencies: ["Disk", "Recipes", "ScanModel", "Spool", "Worker", crypto, system],
      path: "Tests/SpoolTestSupport", swiftSettings: swiftSettings),
    tests("VolumeModel", ["VolumeModel"]),
    tests("ScanModel", ["ScanModel", "VolumeModel"]),
    tests("RestorationKernels", ["CLanes", "RestorationKernels", "VolumeModel"]),
    tests("Restoration", ["Restoration", "RestorationKernels", "VolumeModel"]),
    tests("Quality", ["Quality", "VolumeModel"]),
    tests("ArchiveFormat", ["ArchiveFormat"]),
    tests("NiftiFormat", ["NiftiFormat", "ScanModel", "VolumeModel"], exclude: ["Expected"]),
    tests("DicomFormat", ["DicomFormat", "ScanModel", "VolumeModel", crypto]),
    tests("Recipes", ["Recipes", "Restoration", "ScanModel", "VolumeModel"]),
    tests("Configuration", ["Configuration", "Recipes", "ScanModel"]),
    tests(
      "Spool",
      [
        "Configuration", "Disk", "EventLog", "JobLedger", "Recipes", "ScanModel", "Spool",
        "SpoolTestSupport", "Worker", log, system,
      ]),
    tests("Command", ["Recipes", "ScanModel", "Spool", "Worker"]),
    tests(
      "Worker",
      ["DicomFormat", "NiftiFormat", "Recipes", "ScanModel", "VolumeModel", "Worker"]),
    tests("Disk", ["Disk", system]),
    tests("JobLedger", ["Disk", "JobLedger", grdb]),
    tests("InboxWatch", ["Disk", "InboxWatch", system]),
    tests("EventLog", ["EventLog", log]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
