/** npm passes on a Ctrl-C that the terminal has already sent to all of us: both are the same wish. */
const SAME_WISH_MS = 500;
const ORPHAN_CHECK_MS = 250;

/** The first wish to stop calls `drain`, a later one `force`. */
export function onStopSignals(drain: () => void, force: () => void): void {
  let firstAt: number | undefined;
  const wish = () => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      drain();
    } else if (performance.now() - firstAt > SAME_WISH_MS) {
      force();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, wish);
}

/** Under `npm start` a shell may stand between npm and us and end without passing the signal on: that too is a wish. */
export function onOrphaned(drain: () => void): void {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    drain();
  }, ORPHAN_CHECK_MS);
  check.unref();
}
