import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Import, importsOf, isPackage, ROOT } from '../support/imports.ts';

const files = globSync('{worker.ts,{src,services,local,scripts}/**/*.ts}', { cwd: ROOT });
const imports = files.flatMap(importsOf);
const of = (folder: string) => imports.filter(({ file }) => file.startsWith(folder));
const breaches = (found: Import[], isAllowed: (target: string, typeOnly: boolean) => boolean) =>
  found
    .filter(({ target, typeOnly }) => !isAllowed(target, typeOnly))
    .map(({ file, target }) => `${file} imports ${target}`);

test('there is something to look at, and it is there', () => {
  expect(imports.length).toBeGreaterThan(200);
  for (const { target } of imports)
    if (!isPackage(target)) expect([target, existsSync(join(ROOT, target))]).toEqual([target, true]);
});

test('domain imports nothing of ours', () => {
  expect(breaches(of('src/domain/'), (target) => isPackage(target) || target.startsWith('src/domain/'))).toEqual([]);
});

test('workflows import the SDK, pure values of domain, and types; nothing that does I/O or weighs an isolate down', () => {
  const pure = ['failures', 'lifecycle', 'names', 'order'].map((name) => `src/domain/${name}.ts`);
  const isAllowed = (target: string, typeOnly: boolean) =>
    typeOnly ||
    target.startsWith('src/workflows/') ||
    ['@temporalio/workflow', '@temporalio/common', ...pure].includes(target);
  expect(breaches(of('src/workflows/'), isAllowed)).toEqual([]);
  // and what they import of domain pulls in nothing in turn
  const pulled = imports.filter(({ file, typeOnly }) => pure.includes(file) && !typeOnly);
  expect(breaches(pulled, (target) => pure.includes(target))).toEqual([]);
});

test('activities know nothing of Express and of workflow code', () => {
  const isAllowed = (target: string) => target !== 'express' && !/^src\/(workflows|api|relay)\//.test(target);
  expect(breaches(of('src/activities/'), isAllowed)).toEqual([]);
});

test('the store knows only domain', () => {
  const isAllowed = (target: string) => isPackage(target) || /^src\/(store|domain)\//.test(target);
  expect(breaches(of('src/store/'), isAllowed)).toEqual([]);
});

test('the API reaches Temporal through a port, which its root fills', () => {
  const ofTemporal = of('src/api/').filter(
    ({ target }) => target.startsWith('@temporalio/') || target.startsWith('src/temporal/'),
  );
  expect([...new Set(ofTemporal.map(({ file }) => file))]).toEqual(['src/api/server.ts']);
  const isAllowed = (target: string, typeOnly: boolean) =>
    typeOnly || !/^src\/(workflows|activities|relay)\//.test(target);
  expect(breaches(of('src/api/'), isAllowed)).toEqual([]);
});

test('access knows nothing of how it is asked, and of what it guards', () => {
  const isAllowed = (target: string) =>
    (isPackage(target) && target !== 'express') || /^src\/(access\/|outgoing\/|telemetry\/log)/.test(target);
  expect(breaches(of('src/access/'), isAllowed)).toEqual([]);
});

test('how calls go out knows nothing of who calls, and nothing of ours', () => {
  expect(breaches(of('src/outgoing/'), isPackage)).toEqual([]);
});

test('decisions know the store and the port, and nothing of who asks or who answers', () => {
  const isAllowed = (target: string) => /^src\/(decisions|store|domain)\//.test(target);
  expect(breaches(of('src/decisions/'), isAllowed)).toEqual([]);
});

test('encryption knows nothing of orders, and what of it is bundled with the workflows nothing but the SDK', () => {
  const isAllowed = (target: string) => isPackage(target) || /^src\/(encryption|telemetry)\//.test(target);
  expect(breaches(of('src/encryption/'), isAllowed)).toEqual([]);
  expect(of('src/encryption/failure-converter.ts').map(({ target }) => target)).toEqual(['@temporalio/common']);
});

test('the codec server knows encryption, and nothing of orders', () => {
  const isAllowed = (target: string) =>
    isPackage(target) || /^src\/(codec-server|access|encryption|telemetry)\/|^src\/(config|run-root)\.ts$/.test(target);
  expect(breaches(of('src/codec-server/'), isAllowed)).toEqual([]);
});

test('the command line reaches the system over the network: it imports nothing that carries orders out', () => {
  const isAllowed = (target: string) => !/^src\/(api|decisions|relay|workflows|activities)\//.test(target);
  expect(breaches(of('src/cli/'), isAllowed)).toEqual([]);
  const late = /import\('[^']*\/(api|decisions|relay|workflows|activities)\/[^']*'\)/;
  const ours = files.filter((file) => file.startsWith('src/cli/'));
  expect(ours.filter((file) => late.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

test('the services and src know nothing of each other, and src nothing of local', () => {
  expect(breaches(of('services/'), (target) => isPackage(target) || target.startsWith('services/'))).toEqual([]);
  expect(breaches(of('src/'), (target) => isPackage(target) || target.startsWith('src/'))).toEqual([]);
});

test('the fault harness reaches the system over the network: it imports nothing of it but what brings parts up', () => {
  const chaos = globSync('chaos/**/*.ts', { cwd: ROOT }).flatMap(importsOf);
  expect(chaos.length).toBeGreaterThan(50);
  expect(breaches(chaos, (target) => isPackage(target) || /^(chaos|local)\//.test(target))).toEqual([]);
});

test('the benchmark imports nothing of the system but what brings parts up, and what its limits have in common with it', () => {
  const bench = globSync('bench/**/*.ts', { cwd: ROOT, exclude: ['bench/node_modules'] }).flatMap(importsOf);
  expect(bench.length).toBeGreaterThan(50);
  const isShared = (target: string) => ['src/domain/names.ts', 'src/temporal/workflow-worker.ts'].includes(target);
  const isAllowed = (target: string) => isPackage(target) || /^(bench|local)\//.test(target) || isShared(target);
  expect(breaches(bench, isAllowed)).toEqual([]);
});

test.each([
  ['express', /^(src\/(api|codec-server)|services)\//],
  ['postgres', /^(src\/store|services|local\/postgres)\//],
  ['zod', /^(src\/(domain\/order-schema|config|activities|api|codec-server)|services|local)/],
  ['pino', /^src\/telemetry\//],
  ['prom-client', /^src\/telemetry\//],
  ['jose', /^src\/access\//],
])('%s is imported where it belongs only', (name, where) => {
  const elsewhere = imports.filter(({ file, target, typeOnly }) => target === name && !typeOnly && !where.test(file));
  expect(elsewhere.map(({ file }) => file)).toEqual([]);
});

test('the environment is read by roots only', () => {
  const roots = [
    'worker.ts',
    'src/api/server.ts',
    'src/codec-server/server.ts',
    'src/store/migrate.ts',
    'services/run.ts',
    'local/start.ts',
    'local/demo.ts',
    'src/cli/main.ts',
    'scripts/replay.ts',
    'local/process-identity.ts', // hands it on to `ps`
  ];
  const readers = files.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('process.env'));
  expect(readers.filter((file) => !roots.includes(file))).toEqual([]);
});

const UNDICI = "import { type Dispatcher, request as httpRequest } from 'undici';";

/** Who calls over HTTP, by what is called with; `createServer` is who is called. */
const CALLING = /\bfetch\(|import \{[^}]*\b(request|get|Agent|ClientRequest)\b[^}]*\} from 'node:|from 'undici'/;

test('calls go out to what is configured only: the issuer of tokens, the services, the webhook; the command line asks the API', () => {
  const ours = files.filter((file) => /^(src\/(?!cli\/)|worker\.ts)/.test(file));
  const calling = ours.filter((file) => CALLING.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(calling.toSorted()).toEqual([
    'src/access/bounded-fetch.ts',
    'src/activities/service-client.ts',
    'src/activities/webhook.ts',
  ]);
  const [byUndici, byFetch] = [true, false].map((isUndici) =>
    calling
      .map((file) => readFileSync(join(ROOT, file), 'utf8'))
      .filter((code) => / from 'undici'/.test(code) === isUndici),
  );
  for (const code of byFetch ?? []) expect(code).toMatch(/redirect: '(manual|error)'/);
  // Its request follows no redirect, but by an interceptor.
  for (const code of byUndici ?? []) expect(code.match(/[^\n]* from 'undici'[^\n]*/g)).toEqual([UNDICI]);
  for (const code of byUndici ?? []) expect(code).not.toMatch(/\bfetch\(/);
});

test('SQL is written in the store, and by what has a database of its own', () => {
  const elsewhere = files.filter((file) => !/^(src\/store|services|local\/postgres)\//.test(file));
  const asks = elsewhere.filter((file) =>
    /\b(sql|tx)(<[^`]*>)?`|\.unsafe\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(asks).toEqual([]);
});

test('importing a module starts nothing: only programs do something at the top of a file', () => {
  const programs = [
    /^worker\.ts$/,
    /^src\/(api|codec-server)\/server\.ts$/,
    /^src\/cli\/main\.ts$/,
    /^src\/temporal\/loop-watch-thread\.ts$/,
    /^services\/\w+\/server\.ts$/,
    /^local\/(start|demo|sdk-download)\.ts$/,
    /^scripts\//,
  ];
  const others = files.filter((file) => !programs.some((program) => program.test(file)));
  const starting = others.filter((file) =>
    /^(await |void |new |try \{|for |[a-z][\w.]*\()/m.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(starting).toEqual([]);
});

test('files are kebab-case nouns, and of a size with one reason to be read', () => {
  for (const file of [...files, ...globSync('chaos/**/*.ts', { cwd: ROOT })]) {
    const name = file.split('/').at(-1) as string;
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/);
    expect(name).not.toMatch(/^(utils?|helpers?|common|lib|manager|base|impl)\.ts$/);
    expect([file, readFileSync(join(ROOT, file), 'utf8').split('\n').length > 250]).toEqual([file, false]);
  }
});

test('modules of workflow code keep no state: they are loaded once for all runs', () => {
  const keepsState = /^(export )?(let|var) |^(export )?const \w+[^=\n]*= (await )?new /m;
  const ours = files.filter((file) => file.startsWith('src/workflows/'));
  expect(ours.filter((file) => keepsState.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});
