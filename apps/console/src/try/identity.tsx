import { Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNetwork } from "../network/use-network.ts";

/** As whom a call is made. */
export interface Identity {
  readonly organization: string;
  readonly user: string;
  readonly organizations: readonly string[];
  readonly users: readonly string[];
  readonly setOrganization: (name: string) => void;
  readonly setUser: (name: string) => void;
}

/** Who is asked for in the address; may be one whose certificate was revoked, to see that it is refused. */
export interface AskedIdentity {
  readonly organization?: string | undefined;
  readonly user?: string | undefined;
}

/** An identity of an organisation that is on the channel; at first the one asked for, else the first user of its first member. */
export function useIdentity(channel: string | undefined, asked: AskedIdentity): Identity {
  const { file } = useNetwork();
  const { organizations, channels } = file.spec;
  const on = channels.find(({ name }) => name === channel);
  const names = [...(on?.members ?? []), ...(on?.observers ?? [])];
  const [wanted, setOrganization] = useState(asked.organization ?? "");
  const [wantedUser, setUser] = useState(asked.user ?? "");
  const organization = names.includes(wanted) ? wanted : (names[0] ?? "");
  const known = organizations.find(({ name }) => name === organization)?.users ?? [];
  const extra = asked.user === undefined || asked.organization !== organization ? [] : [asked.user];
  const users = [...new Set([...known, ...extra, "Admin"])];
  const user = users.includes(wantedUser) ? wantedUser : (users[0] ?? "Admin");
  return { organization, user, organizations: names, users, setOrganization, setUser };
}

/** Chooses the identity. */
export function IdentitySelects({ identity }: { readonly identity: Identity }) {
  const { t } = useTranslation();
  const { organization, user, organizations, users, setOrganization, setUser } = identity;
  return (
    <>
      <Select
        label={t("tryIt.organization")}
        data={[...organizations]}
        value={organization}
        allowDeselect={false}
        onChange={(value) => setOrganization(value ?? "")}
      />
      <Select label={t("tryIt.user")} data={[...users]} value={user} allowDeselect={false} onChange={(value) => setUser(value ?? "")} />
    </>
  );
}
