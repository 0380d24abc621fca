import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ImportBody } from "@heddle/api";
import type { MemberMaterial } from "@heddle/fabric";
import type { Consortium, ConsortiumOrganization } from "../../real-fabric/support/consortium.ts";

type Source = ImportBody["source"];

/** A connection profile of one organisation, as fabric-samples' scripts write one. */
export function connectionProfile({ material, nodes }: ConsortiumOrganization): string {
  const peers = nodes.map(({ name }) => name);
  const profile = {
    name: `test-network-${material.name.toLowerCase()}`,
    version: "1.0.0",
    client: { organization: material.name },
    organizations: { [material.name]: { mspid: material.mspId, peers } },
    peers: Object.fromEntries(
      nodes.map(({ name, ports }) => [
        name,
        {
          url: `grpcs://localhost:${ports.grpc}`,
          tlsCACerts: { pem: material.tlsCa.certificatePem },
          grpcOptions: { "ssl-target-name-override": name, hostnameOverride: name },
        },
      ]),
    ),
  };
  return JSON.stringify(profile, undefined, 2);
}

/** A member of an organisation by the part of the name before `@`. */
export function memberOf({ material }: ConsortiumOrganization, user: string): MemberMaterial {
  const found = material.users.find(({ name }) => name.startsWith(`${user}@`));
  if (found === undefined) throw new Error(`${material.name} has no ${user}`);
  return found;
}

/** A profile and one identity. */
export function profileSource(organization: ConsortiumOrganization, user: string): Source {
  const { certificatePem, privateKeyPem } = memberOf(organization, user).signing;
  return {
    kind: "profile",
    profile: connectionProfile(organization),
    identities: [{ name: user, certificate: certificatePem, privateKey: privateKeyPem }],
  };
}

/** Puts beside an organisation's folders the profile that the samples' scripts put there. */
export function writeProfiles({ organizations }: Consortium): void {
  for (const organization of organizations)
    writeFileSync(
      path.join(organization.folder, `connection-${organization.material.name.toLowerCase()}.json`),
      connectionProfile(organization),
    );
}

/** Every file below a consortium's folders of organisations. */
export function folderSource({ folder }: Consortium): Source {
  const files = ["peerOrganizations", "ordererOrganizations"].flatMap((below) =>
    readdirSync(path.join(folder, below), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => ({ path: path.relative(folder, file), content: readFileSync(file, "utf8") })),
  );
  return { kind: "test-network", files };
}
