import { replayCommand } from '../src/replay/command.ts';

/** `npm run replay -- --help`: would running orders survive the workflow code as it is now? */
process.exitCode = await replayCommand(process.argv.slice(2), {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  env: process.env,
});
