/** What Vite writes for the nonce of scripts and styles (`html.cspNonce` in apps/console/vite.config.ts). */
const PLACEHOLDER = "__CSP_NONCE__";

/** The console's page, with the nonce of this one answer. */
export function consolePage(html: string, nonce: string): string {
  return html.replaceAll(PLACEHOLDER, nonce);
}

/** A page for the time in which there is no console: says why, and what works without it. With `again` it loads itself anew. */
export function statusPage(nonce: string, { title, text, again }: { title: string; text: string; again: boolean }): string {
  const reload = again
    ? `<script nonce="${nonce}">setTimeout(() => location.reload(), 1000);</script><noscript><meta http-equiv="refresh" content="2"></noscript>`
    : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Heddle</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 20vh auto 0; max-width: 34rem; padding: 0 1rem; }
</style>
${reload}
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p>${escape(text)}</p>
<p>The command line works without the console: <code>./heddle --help</code></p>
</main>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
