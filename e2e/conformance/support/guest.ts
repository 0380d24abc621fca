import {
  createChannelGroup,
  createOrganizationMaterial,
  openCertificateAuthority,
  organizationMsp,
  revokeMembers,
  type IssuedIdentity,
  type IssueRequest,
} from "@heddle/fabric";
import type { common } from "@heddle/fabric/wire";

/** Members of the organisation Guest, by what they are called. */
export type GuestMembers = Readonly<Record<"user" | "expired user" | "revoked user" | "peer" | "user without a role", IssuedIdentity>>;

/** An organisation without peers whose authority these tests have, so that they can issue what no authority should. */
export interface Guest {
  readonly mspId: "GuestMSP";
  /** Its part of a channel's configuration. */
  readonly group: common.ConfigGroup;
  readonly members: GuestMembers;
}

const MINUTE_MS = 60_000;

/** Makes the organisation. */
export async function createGuest(): Promise<Guest> {
  const material = await createOrganizationMaterial({
    name: "Guest",
    mspId: "GuestMSP",
    domain: "guest.example.com",
    nodes: [],
    users: [],
  });
  const authority = openCertificateAuthority(material.ca.certificatePem, material.ca.privateKeyPem);
  const issue = (commonName: string, more: Partial<IssueRequest> = {}): Promise<IssuedIdentity> =>
    authority.issue({ commonName, role: "client", usage: "sign", ...more });
  const now = Date.now();
  const members: GuestMembers = {
    user: await issue("user"),
    // The authority is some minutes old.
    "expired user": await issue("expired", { notBefore: new Date(now - 3 * MINUTE_MS), notAfter: new Date(now - MINUTE_MS) }),
    "revoked user": await issue("revoked"),
    peer: await issue("peer", { role: "peer" }),
    // A certificate for connections names no role.
    "user without a role": await issue("nobody", { usage: "tls" }),
  };
  const revocationLists = [await revokeMembers(material, [members["revoked user"].certificatePem])];
  const msp = organizationMsp(material, { revocationLists });
  // Of this channel only the group of Guest is used.
  const { certificatePem } = material.ca;
  const nowhere = { host: "127.0.0.1", port: 1 };
  const root = createChannelGroup({
    channelId: "none",
    capabilities: { channel: "V2_0", orderer: "V2_0", application: "V2_5" },
    orderer: {
      type: "etcdraft",
      batch: { timeoutMs: 100, maxMessages: 1, preferredMaxBytes: 1024, absoluteMaxBytes: 1024 },
      consenters: [
        { ...nowhere, mspId: "GuestMSP", identityPem: certificatePem, clientTlsCertPem: certificatePem, serverTlsCertPem: certificatePem },
      ],
      organizations: [{ name: "Guest", mspId: "GuestMSP", msp, endpoints: [nowhere] }],
    },
    application: { organizations: [{ name: "Guest", mspId: "GuestMSP", msp, anchorPeers: [] }] },
  });
  const group = root.groups["Application"]?.groups["Guest"];
  if (group === undefined) throw new Error("no group was made for Guest");
  return { mspId: "GuestMSP", group, members };
}
