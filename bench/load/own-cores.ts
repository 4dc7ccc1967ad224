/**
 * For what is posted and looked at by the benchmark's own process.
 * @returns tells how many cores it has used since this was called
 */
export function countOwnCores(): () => number {
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1000 / (performance.now() - started);
  };
}
