// Regenerates packages/fabric/src/internal/wire from the file descriptors that
// the official PyPI package hyperledger-fabric-protos carries in its *_pb2 modules.
// Needs python3 with pip. Usage: node scripts/generate-wire.ts
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const PROTOS = "hyperledger-fabric-protos";
const VERSION = "0.3.7.dev349689853811";
const root = path.resolve(import.meta.dirname, "..");
const out = path.join(root, "packages/fabric/src/internal/wire");
const work = mkdtempSync(path.join(tmpdir(), "heddle-wire-"));

const collect = `
import importlib, pathlib, sys
sys.path.insert(0, sys.argv[1])
from google.protobuf import descriptor_pb2, descriptor_pool
site = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(site / "fabric_protos"))
files, seen = descriptor_pb2.FileDescriptorSet(), set()
def add(file):
    if file.name in seen: return
    seen.add(file.name)
    for dependency in file.dependencies: add(dependency)
    file.CopyToProto(files.file.add())
modules = sorted(site.joinpath("fabric_protos").rglob("*_pb2.py"))
for module in modules:
    name = ".".join(module.relative_to(site / "fabric_protos").with_suffix("").parts)
    add(importlib.import_module(name).DESCRIPTOR)
pathlib.Path(sys.argv[2]).write_bytes(files.SerializeToString())
print(len(modules), "modules,", len(files.file), "files")
`;

try {
  const site = path.join(work, "site");
  const image = path.join(work, "image.binpb");
  execFileSync("python3", ["-m", "pip", "install", "-q", "--target", site, `${PROTOS}==${VERSION}`, "protobuf"], { stdio: "inherit" });
  execFileSync("python3", ["-c", collect, site, image], { stdio: "inherit" });
  writeFileSync(
    path.join(work, "buf.gen.yaml"),
    `version: v2\nplugins:\n  - local: ${path.join(root, "node_modules/.bin/protoc-gen-es")}\n    out: ${out}\n    opt: [target=js+dts, import_extension=js]\n`,
  );
  rmSync(out, { recursive: true, force: true });
  execFileSync(path.join(root, "node_modules/.bin/buf"), ["generate", image, "--template", path.join(work, "buf.gen.yaml")], {
    stdio: "inherit",
    cwd: work,
  });
  // protoc-gen-es imports these from its own runtime.
  rmSync(path.join(out, "google"), { recursive: true, force: true });
  const made = readdirSync(out, { recursive: true }).filter((name) => String(name).endsWith("_pb.js")).length;
  if (made === 0) throw new Error("nothing was generated");
  console.log(`${made} files from ${PROTOS} ${VERSION}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
