import type { draftEndpoints, Permission } from "@heddle/api";
import type { LinkProps } from "@tanstack/react-router";
import { landed } from "../api/client.ts";
import type { Catalogue } from "../i18n/catalogue.ts";

/** One section of a network's page: where it is, and what has to be there for it. */
export interface SectionLink {
  readonly id: keyof Catalogue["network"]["sections"];
  readonly to: NonNullable<LinkProps["to"]>;
  readonly permission: Permission;
  readonly needs: readonly (keyof typeof draftEndpoints)[];
}

/** Sections that belong together. */
export interface SectionGroup {
  readonly id: keyof Catalogue["network"]["groups"] | undefined;
  readonly sections: readonly SectionLink[];
}

const all: readonly SectionGroup[] = [
  { id: undefined, sections: [{ id: "overview", to: "/networks/$name", permission: "networks.read", needs: [] }] },
  {
    id: "build",
    sections: [
      { id: "chaincodes", to: "/networks/$name/chaincodes", permission: "networks.read", needs: [] },
      { id: "try", to: "/networks/$name/try", permission: "transactions.evaluate", needs: [] },
      { id: "connect", to: "/networks/$name/connect", permission: "networks.read", needs: ["connect"] },
    ],
  },
  {
    id: "ledger",
    sections: [
      { id: "explorer", to: "/networks/$name/explorer", permission: "explorer.read", needs: ["listChannels", "listBlocks"] },
      { id: "configuration", to: "/networks/$name/configuration", permission: "explorer.read", needs: ["channelConfig"] },
    ],
  },
  {
    id: "operate",
    sections: [
      { id: "nodes", to: "/networks/$name/nodes", permission: "networks.read", needs: [] },
      { id: "channels", to: "/networks/$name/channels", permission: "networks.read", needs: [] },
      { id: "identities", to: "/networks/$name/identities", permission: "identities.read", needs: ["listIdentities"] },
      { id: "logs", to: "/networks/$name/logs", permission: "logs.read", needs: [] },
      { id: "metrics", to: "/networks/$name/metrics", permission: "metrics.read", needs: ["networkMetrics"] },
      { id: "events", to: "/networks/$name/operations", permission: "operations.read", needs: [] },
      { id: "settings", to: "/networks/$name/settings", permission: "networks.read", needs: [] },
    ],
  },
];

/** The sections whose endpoints this server has and whose permission is given. */
export function sectionsFor(may: (permission: Permission) => boolean): readonly SectionGroup[] {
  return all
    .map(({ id, sections }) => ({ id, sections: sections.filter(({ permission, needs }) => may(permission) && landed(...needs)) }))
    .filter(({ sections }) => sections.length > 0);
}
