/** Minor units as people write them: `4200` of EUR is `42.00 EUR`, of JPY `4,200 JPY`. Source: ISO 4217, by way of Intl. */
export function money(amount: number, currency: string): string {
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  const number = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number.format(amount / 10 ** digits)} ${currency}`;
}

export const count = (number: number): string => number.toLocaleString('en');

export const orders = (number: number): string => `${count(number)} ${number === 1 ? 'order' : 'orders'}`;
