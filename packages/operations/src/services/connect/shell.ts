import { DESCRIBE, source, type Snippet, type SnippetTarget } from "./target.ts";

/** Fabric's own `peer` command. */
export function peerSnippet({ network, organization, channel, chaincode }: SnippetTarget): Snippet {
  const query = JSON.stringify({ Args: [DESCRIBE] });
  return {
    language: "cli",
    title: "peer command",
    setup: [`eval "$(heddle env ${network} --org ${organization})"`],
    files: [
      source(
        "peer.sh",
        `peer channel list\npeer channel getinfo -c ${channel}\npeer lifecycle chaincode querycommitted -C ${channel}\npeer chaincode query -C ${channel} -n ${chaincode} -c '${query}'\n`,
      ),
    ],
    run: ". ./peer.sh",
  };
}

/** Heddle's REST API: the server signs with a key that it keeps. */
export function restSnippet({ network, organization, user, channel, chaincode }: SnippetTarget, server: string): Snippet {
  const body = JSON.stringify({ channel, organization, user, function: DESCRIBE, args: [] });
  return {
    language: "rest",
    title: "REST",
    setup: [],
    files: [
      source(
        "rest.sh",
        `# The token is the server's own: HEDDLE_HOME/server.json on its machine.
token=$(sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p' "\${HEDDLE_HOME:-$HOME/.heddle}/server.json")
curl -sS -H "authorization: Bearer $token" -H 'content-type: application/json' \\
  ${server}/api/v1/networks/${network}/chaincodes/${chaincode}/evaluate \\
  -d '${body}'
# To write: the same address with submit in place of evaluate.
`,
      ),
    ],
    run: "sh rest.sh",
  };
}
