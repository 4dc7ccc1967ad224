import { appendFileSync } from 'node:fs';

// node stand-in.ts NAME JOURNAL [dies | stubborn | breaks]: a part for the supervisor's tests. It writes into the journal
// what happens to it.
const [name, journal = '', manner] = process.argv.slice(2);
const write = (event: string) => appendFileSync(journal, `${name} ${event}\n`);

if (manner === 'breaks') {
  console.log('the cause of it all');
  process.exit(3);
}
process.on('SIGTERM', () => {
  write('told to stop');
  if (manner === 'stubborn') return;
  write('stopped');
  process.exit(0);
});
process.on('disconnect', () => process.exit(0));
write('up');
process.send?.('ready');
if (manner === 'dies') setTimeout(() => process.exit(1), 20);
setInterval(() => {}, 1000);
