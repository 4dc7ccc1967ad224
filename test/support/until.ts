/** Waits for a condition and answers with what it found; fails loudly after `within` milliseconds. */
export async function until<Found>(
  check: () => Found | Promise<Found>,
  { within = 10_000, every = 20 } = {},
): Promise<Exclude<Found, false | undefined | null>> {
  const limit = Date.now() + within;
  for (;;) {
    const found = await check();
    if (found) return found as Exclude<Found, false | undefined | null>;
    if (Date.now() > limit) throw new Error(`not so within ${within} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
