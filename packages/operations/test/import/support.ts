import { createOrganizationMaterial, type OrganizationMaterial } from "@heddle/fabric";

/** An organisation of two peers with an administrator and a user, made up for the test. */
export function organization(number: number): Promise<OrganizationMaterial> {
  const domain = `org${number}.example.com`;
  return createOrganizationMaterial({
    name: `Org${number}`,
    mspId: `Org${number}MSP`,
    domain,
    nodes: [{ name: `peer0.${domain}`, kind: "peer", hosts: ["localhost"] }],
    users: ["User1"],
  });
}

/** The key pair of a user, as a person gives it. */
export function given({ users }: OrganizationMaterial, user: string): { readonly certificate: string; readonly privateKey: string } {
  const found = users.find(({ name }) => name.startsWith(`${user}@`));
  if (found === undefined) throw new Error(`there is no ${user}`);
  return { certificate: found.signing.certificatePem, privateKey: found.signing.privateKeyPem };
}
