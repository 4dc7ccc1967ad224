/** Whether a host, as in a URL or as one to listen on, is this machine and nothing else. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);

/** Keys that travel in clear could be replaced on the way; on this machine there is no way. */
export function isSafeUrl(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Whether an issuer may say that its keys are there: on another host, as large ones do, but not on this machine unless it is. */
export const isSafeFor = (issuer: string, url: unknown): url is string =>
  isSafeUrl(url) && (isLoopback(new URL(issuer).hostname) || !isLoopback(new URL(url).hostname));
