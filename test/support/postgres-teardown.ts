import './postgres-for-tests.ts';

export default async function stopPostgres(): Promise<void> {
  await globalThis.testPostgres?.stop();
}
