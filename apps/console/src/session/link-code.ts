/**
 * The code of a one-time login link, `/#/login/CODE`. It travels in the
 * fragment, which browsers send to nobody, and leaves the address at once.
 */
export function takeLinkCode(): string | undefined {
  const match = /^#\/login\/([^/]+)$/.exec(location.hash);
  if (match?.[1] === undefined) return undefined;
  history.replaceState(null, "", location.pathname);
  return decodeURIComponent(match[1]);
}
