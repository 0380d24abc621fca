import { createCertificateAuthority, createLocalSigningIdentity, type LocalSigningIdentity } from "@heddle/fabric";
import type { Consortium } from "./consortium.ts";

/** Identities that no channel of a consortium may take. */
export interface Strangers {
  /** Of an organisation that nobody knows. */
  readonly foreign: LocalSigningIdentity;
  /** Of organisation 1, by its own word only. */
  readonly impostor: LocalSigningIdentity;
}

/** Makes strangers to a consortium. */
export async function createStrangers({ organizations: [{ mspId }] }: Consortium): Promise<Strangers> {
  const authority = await createCertificateAuthority({ commonName: "ca.elsewhere.example.com", organization: "Elsewhere" });
  const issued = await authority.issue({ commonName: "stranger", role: "client", usage: "sign" });
  return {
    foreign: createLocalSigningIdentity("ElsewhereMSP", issued.certificatePem, issued.privateKeyPem),
    impostor: createLocalSigningIdentity(mspId, issued.certificatePem, issued.privateKeyPem),
  };
}
