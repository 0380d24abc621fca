import { defineErrors } from "@heddle/network";

/** Errors of finding, fetching and checking Fabric's programs, by stable code. */
export const toolchainErrors = defineErrors({
  TOOLCHAIN_VERSION_INVALID: {
    status: 400,
    message: "{version} is not a version of Fabric that Heddle runs",
    next: "Give the whole number of a 2.5 or 3.x release, such as 2.5.12 or 3.1.1.",
  },
  TOOLCHAIN_PLATFORM_NOT_SUPPORTED: {
    status: 422,
    message: "Fabric has no release for {platform}",
    next: "Use Linux or macOS on amd64 or arm64, or build Fabric and set HEDDLE_FABRIC_BIN to its programs.",
  },
  TOOLCHAIN_OPTION_INVALID: { status: 400, message: "{option} cannot be {value}", next: "{expected}" },
  TOOLCHAIN_RELEASE_UNKNOWN: {
    status: 404,
    message: "there is no {url}",
    next: "Look at github.com/hyperledger/fabric/releases for the versions there are, or check the mirror.",
  },
  TOOLCHAIN_DOWNLOAD_FAILED: {
    status: 503,
    message: "{url} could not be downloaded: {reason}",
    next: "Check the network and HTTPS_PROXY, then run it again: it goes on where it stopped. Without internet use --mirror or --archive.",
  },
  TOOLCHAIN_DIGEST_UNKNOWN: {
    status: 503,
    message: "whether the release publishes a digest could not be found out: {reason}",
    next: "Try again later, or give the archive's SHA-256 from a source you trust with --sha256.",
  },
  TOOLCHAIN_DIGEST_WRONG: {
    status: 422,
    message: "{archive} has SHA-256 {found}, but {expected} was {origin}",
    next: "Nothing was installed. Get the archive again from a source you trust; do not use this one.",
  },
  TOOLCHAIN_PIN_CHANGED: {
    status: 409,
    message: "Fabric {version} was pinned to an archive with SHA-256 {pinned}, and this one has {found}",
    next: "Nothing was installed. Find out why a release changed; if it is right, remove its entry from {lock} and install again.",
  },
  TOOLCHAIN_ARCHIVE_UNREADABLE: {
    status: 400,
    message: "the archive {archive} cannot be read: {reason}",
    next: "Give the path of a release archive of Fabric, such as hyperledger-fabric-linux-amd64-3.1.1.tar.gz.",
  },
  TOOLCHAIN_ARCHIVE_DAMAGED: {
    status: 422,
    message: "{archive} is damaged or truncated: {reason}",
    next: "Nothing was installed. Download the archive again.",
  },
  TOOLCHAIN_ARCHIVE_UNSAFE: {
    status: 422,
    message: "{archive} is refused: {reason}",
    next: "Nothing was installed. This is no release archive of Fabric; do not use it.",
  },
  TOOLCHAIN_PROGRAM_ABSENT: {
    status: 422,
    message: "{archive} has no bin/{program}",
    next: "Nothing was installed. Give a release archive of Fabric, not of Fabric CA or of its source.",
  },
  TOOLCHAIN_PLATFORM_WRONG: {
    status: 422,
    message: "the programs in {archive} are for {found}, and this machine is {platform}",
    next: "Nothing was installed. Get hyperledger-fabric-{platform}-VERSION.tar.gz.",
  },
  TOOLCHAIN_VERSION_WRONG: {
    status: 422,
    message: "{archive} was to hold Fabric {version}, and its peer says {found}",
    next: "Nothing was installed. Get the archive of that version, or install the version that it holds.",
  },
  TOOLCHAIN_DISK_FULL: {
    status: 507,
    message: "there is no room left for Fabric's programs below {folder}",
    next: "Nothing was installed. Make about 500 MB free there, or set HEDDLE_HOME to another file system, and run it again.",
  },
  TOOLCHAIN_BUSY: {
    status: 409,
    message: "another process installs into {folder} at this moment",
    next: "Wait until it has ended, then run it again.",
  },
  TOOLCHAIN_NOT_INSTALLED: {
    status: 404,
    message: "Fabric {version} is not installed",
    next: "Install it with `heddle toolchain install VERSION`; see what there is with `heddle toolchain list`.",
  },
  TOOLCHAIN_FILE_DAMAGED: {
    status: 500,
    message: "{file} is damaged",
    next: "Put it back from a backup; without it, what is installed cannot be told from what was changed.",
  },
  TOOLCHAIN_CHANGED: {
    status: 409,
    message: "{count} of Fabric's installed programs are not as they were pinned, the first: {first}",
    next: "Do not run them. Remove that version's folder below {folder} and install it again.",
  },
  TOOLCHAIN_VERSION_UNFIT: {
    status: 422,
    message: "the network wants Fabric {wanted}, and {program} is {found}",
    next: "Install a fitting version with `heddle toolchain install`, or set `fabricVersion` in the network file. HEDDLE_FABRIC_BIN goes before what is installed.",
  },
});
