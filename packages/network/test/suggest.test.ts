import { closest } from "@heddle/network";
import { describe, expect, it } from "vitest";

describe("closest", () => {
  it.each([
    ["organisations", ["organizations", "ordering"], "organizations"],
    ["kubernets", ["docker", "kubernetes"], "kubernetes"],
    ["mspid", ["mspId", "domain"], "mspId"],
    ["raf", ["raft", "bft"], "raft"],
    ["chanels", ["channels", "chaincodes"], "channels"],
    ["xyz", ["raft", "bft"], undefined],
    ["", ["raft"], undefined],
  ])("%s", (word, known, expected) => {
    expect(closest(word, known)).toBe(expected);
  });
});
