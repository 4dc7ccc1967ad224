/** What a test measured, for whoever reads its output; the README's figures come from here. */
export const tell = (what: string, value: number, unit: string): void => {
  process.stdout.write(`figure: ${what}: ${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}\n`);
};
