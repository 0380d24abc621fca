import { networkFileSchema, type NetworkFile } from "@heddle/network";
import type { NetworkDetail } from "@heddle/api";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { networkQuery } from "../api/queries.ts";

/** The network whose page is open, and its file. The layout has loaded it before a section is shown. */
export function useNetwork(): { readonly network: NetworkDetail; readonly file: NetworkFile } {
  const { name } = useParams({ from: "/networks/$name" });
  const { data: network } = useSuspenseQuery(networkQuery(name));
  const file = useMemo(() => networkFileSchema.parse(network.spec), [network.spec]);
  return { network, file };
}
