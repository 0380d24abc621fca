import { homedir } from "node:os";
import path from "node:path";

/** Folder of everything that Heddle keeps: `HEDDLE_HOME`, or `.heddle` in the home directory. */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment["HEDDLE_HOME"];
  return given === undefined || given === "" ? path.join(homedir(), ".heddle") : path.resolve(given);
}

/** File with the address of the running server. */
export function addressFile(home: string): string {
  return path.join(home, "server.json");
}

/** Log of a server that runs in the background. */
export function logFile(home: string): string {
  return path.join(home, "logs", "server.log");
}
