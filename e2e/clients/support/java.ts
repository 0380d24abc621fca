import { spawnSync } from "node:child_process";

/** Why a program in Java cannot be built and run here; undefined where it can. */
export function whyNoJava(): string | undefined {
  const version = (program: string): string => spawnSync(program, ["-version"], { encoding: "utf8" }).stderr ?? "";
  const java = /version "(\d+)/.exec(version("java"))?.[1];
  if (java === undefined || Number(java) < 17) return `Java 17 is needed, ${java === undefined ? "none" : `version ${java}`} is here`;
  return spawnSync("mvn", ["-version"]).status === 0 ? undefined : "Maven (mvn) is not here";
}
