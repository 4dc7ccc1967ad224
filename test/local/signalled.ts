import { onStopSignals } from '../../local/signals.ts';

// Says what it understands signals to mean.
onStopSignals(
  () => console.log('drain'),
  () => {
    console.log('force');
    process.exit(1);
  },
);
console.log('up');
setInterval(() => {}, 1000);
