import type { Permission } from "@heddle/api";
import type { LinkProps } from "@tanstack/react-router";
import type { Catalogue } from "../i18n/catalogue.ts";

/** One section of a network's page: where it is, and what one has to be allowed for it. */
export interface SectionLink {
  readonly id: keyof Catalogue["network"]["sections"];
  readonly to: NonNullable<LinkProps["to"]>;
  readonly permission: Permission;
}

/** Sections that belong together. */
export interface SectionGroup {
  readonly id: keyof Catalogue["network"]["groups"] | undefined;
  readonly sections: readonly SectionLink[];
}

const all: readonly SectionGroup[] = [
  { id: undefined, sections: [{ id: "overview", to: "/networks/$name", permission: "networks.read" }] },
  {
    id: "build",
    sections: [
      { id: "chaincodes", to: "/networks/$name/chaincodes", permission: "networks.read" },
      { id: "try", to: "/networks/$name/try", permission: "transactions.evaluate" },
      { id: "connect", to: "/networks/$name/connect", permission: "networks.read" },
    ],
  },
  {
    id: "ledger",
    sections: [
      { id: "explorer", to: "/networks/$name/explorer", permission: "explorer.read" },
      { id: "configuration", to: "/networks/$name/configuration", permission: "explorer.read" },
    ],
  },
  {
    id: "operate",
    sections: [
      { id: "nodes", to: "/networks/$name/nodes", permission: "networks.read" },
      { id: "channels", to: "/networks/$name/channels", permission: "networks.read" },
      { id: "identities", to: "/networks/$name/identities", permission: "identities.read" },
      { id: "certificates", to: "/networks/$name/certificates", permission: "networks.read" },
      { id: "logs", to: "/networks/$name/logs", permission: "logs.read" },
      { id: "metrics", to: "/networks/$name/metrics", permission: "metrics.read" },
      { id: "events", to: "/networks/$name/operations", permission: "operations.read" },
      { id: "settings", to: "/networks/$name/settings", permission: "networks.read" },
    ],
  },
];

/** The sections that somebody may see. */
export function sectionsFor(may: (permission: Permission) => boolean): readonly SectionGroup[] {
  return all
    .map(({ id, sections }) => ({ id, sections: sections.filter(({ permission }) => may(permission)) }))
    .filter(({ sections }) => sections.length > 0);
}
