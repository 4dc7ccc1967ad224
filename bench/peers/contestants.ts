export type Need = 'temporal' | 'rabbitmq' | 'restate';

export interface Program {
  name: string;
  /** From the project's root. */
  script: string;
}

export interface Contestant {
  name: 'durable-orders' | 'sync' | 'rabbitmq' | 'direct' | 'dbos' | 'restate' | 'express' | 'empty';
  /** For tables, one line. */
  title: string;
  needs: Need[];
  /** Run once and to its end before the others: makes the tables. */
  prepare?: Program;
  /** Answers POST /api/orders on PORT. */
  accepting?: Program;
  /** What carries accepted orders through, beside it. Empty where the accepting process does. */
  carrying: Program[];
  /** Where nothing is taken that nobody is there to carry through. */
  needsCarryingToAccept?: boolean;
}

export const CONTESTANTS: Contestant[] = [
  {
    name: 'durable-orders',
    title: 'durable-orders: group commit, relay, Temporal',
    needs: ['temporal'],
    prepare: { name: 'migrations', script: 'src/store/migrate.ts' },
    accepting: { name: 'API', script: 'src/api/server.ts' },
    carrying: [{ name: 'worker', script: 'worker.ts' }],
  },
  {
    name: 'sync',
    title: 'Three calls in the request',
    needs: [],
    accepting: { name: 'API', script: 'bench/peers/sync/api.ts' },
    carrying: [],
  },
  {
    name: 'rabbitmq',
    title: 'RabbitMQ: publisher confirms, three consumers',
    needs: ['rabbitmq'],
    accepting: { name: 'API', script: 'bench/peers/rabbitmq/api.ts' },
    carrying: [{ name: 'consumers', script: 'bench/peers/rabbitmq/consumers.ts' }],
  },
  {
    name: 'direct',
    title: 'Temporal: started in the request, regular activities',
    needs: ['temporal'],
    accepting: { name: 'API', script: 'bench/peers/direct/api.ts' },
    carrying: [{ name: 'worker', script: 'bench/peers/direct/worker.ts' }],
  },
  {
    name: 'dbos',
    title: 'DBOS on PostgreSQL: started in the request',
    needs: [],
    accepting: { name: 'application', script: 'bench/peers/dbos/app.ts' },
    carrying: [],
  },
  {
    name: 'restate',
    title: 'Restate: one-way send in the request',
    needs: ['restate'],
    accepting: { name: 'API', script: 'bench/peers/restate/api.ts' },
    carrying: [{ name: 'service', script: 'bench/peers/restate/service.ts' }],
    needsCarryingToAccept: true,
  },
  {
    name: 'express',
    title: 'Limit of accepting: Express and zod, nothing stored',
    needs: [],
    accepting: { name: 'API', script: 'bench/peers/express/api.ts' },
    carrying: [],
  },
  {
    name: 'empty',
    title: 'Limit of carrying: empty workflows',
    needs: ['temporal'],
    carrying: [{ name: 'worker', script: 'bench/peers/empty/worker.ts' }],
  },
];

/** What the parts that compare with nobody measure. */
export const DURABLE_ORDERS = CONTESTANTS.find(({ name }) => name === 'durable-orders') as Contestant;
