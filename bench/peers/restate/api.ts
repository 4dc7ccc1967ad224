import { listen } from '../listen.ts';
import { ordersApi } from '../orders-api.ts';
import { post } from '../post.ts';
import { runProgram } from '../program.ts';
import { readSettings } from '../settings.ts';

await runProgram(async () => {
  const { PORT, RESTATE_INGRESS_URL } = readSettings('PORT', 'RESTATE_INGRESS_URL');
  const app = ordersApi(async (order) => {
    // Answered when the invocation is in the server's log.
    await post(`${RESTATE_INGRESS_URL}/Orders/process/send`, order.order_id, order);
    return 'accepted';
  });
  return listen(app, PORT);
});
