import { listen } from '../listen.ts';
import { ordersApi } from '../orders-api.ts';
import { runProgram } from '../program.ts';
import { readSettings } from '../settings.ts';

await runProgram(async () => {
  const { PORT } = readSettings('PORT');
  return listen(
    ordersApi(async () => 'accepted'),
    PORT,
  );
});
